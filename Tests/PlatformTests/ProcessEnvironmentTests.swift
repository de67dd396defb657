import Platform
import Testing

@Suite("The process's environment")
struct ProcessEnvironmentTests {
    @Test("The command line is what Swift's own reader finds")
    func arguments() {
        #expect(ProcessEnvironment.arguments == CommandLine.arguments)
    }
}
