import ChannelModel
import Testing

@Suite struct ModelTests {
    @Test(
        "no attack within the bounds, under any threat that is resisted", arguments: Threat.resisted
    )
    func whole(threat: Threat) {
        #expect(search(threat).attack == nil)
    }

    @Test("leaving any input out of the report data opens an attack", arguments: Input.allCases)
    func removed(input: Input) {
        #expect(Threat.resisted.contains { search($0, removing: input).attack != nil })
    }

    @Test("the search sees attacks where too much is lost", arguments: Threat.beyond)
    func beyond(threat: Threat) {
        #expect(search(threat).attack != nil)
    }
}
