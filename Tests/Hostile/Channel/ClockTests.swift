import Attestation
import ChannelKit
import Synchronization
import Testing

@testable import AttestedTLS

/// Clocks that are wrong, or turned back and forth. The keep's is the host's; the owner's decides about
/// validity only.
@Suite struct ClockTests {
    private let keep: SimulatedKeep

    init() throws { keep = try SimulatedKeep() }

    private static let past = Instant(secondsSince1970: 0)
    private static let future = Instant(secondsSince1970: 7_258_118_400)  // 2200-01-01

    private func open(
        owner: @escaping @Sendable () -> Instant, keep clock: @escaping @Sendable () -> Instant
    ) throws -> (ConnectionPair, Result<ChannelPeer, any Error>) {
        var client = Settings.owner(try keep.appraiser())
        client.clock = owner
        var server = try Settings.keep(keep)
        server.clock = clock
        let pair = try ConnectionPair(client, server)
        return (pair, try pair.open().client)
    }

    @Test("the keep's clock, which is the host's, decides nothing", arguments: [past, future])
    func keepsClock(wrong: Instant) throws {
        let outcome = try open(owner: { SimulatedKeep.now }, keep: { wrong }).1
        #expect(outcome.reason == nil)
    }

    @Test("an owner whose clock is outside all validities refuses", arguments: [past, future])
    func ownersClock(wrong: Instant) throws {
        let outcome = try open(owner: { wrong }, keep: { SimulatedKeep.now }).1
        #expect(outcome.reason == .evidence)
    }

    @Test("a keep's clock that jumps by centuries at each look meets no time limit")
    func jumpingClock() throws {
        let looks = Mutex(0)
        let outcome = try open(owner: { SimulatedKeep.now }) {
            looks.withLock { looks in
                looks += 1
                return looks.isMultiple(of: 2) ? Self.past : Self.future
            }
        }.1
        #expect(outcome.reason == nil)
    }

    @Test("evidence anew is judged by the clock of that moment: back and forth, and back in force")
    func evidenceAnew() throws {
        let now = Mutex(SimulatedKeep.now)
        let (pair, outcome) = try open(
            owner: { now.withLock { $0 } }, keep: { SimulatedKeep.now })
        #expect(outcome.reason == nil)
        for (moment, reason) in [
            (Self.past, ChannelFailure.Reason.evidence), (Self.future, .evidence),
            (SimulatedKeep.now, nil),
        ] as [(Instant, ChannelFailure.Reason?)] {
            now.withLock { $0 = moment }
            let request = try pair.client.makeEvidenceRequest()
            let answer = try pair.server.answer(evidenceRequest: request)
            let appraiser = try keep.appraiser()
            let judged = Result { try pair.client.appraise(answer: answer, appraiser) }
            #expect(judged.reason == reason)
        }
    }
}
