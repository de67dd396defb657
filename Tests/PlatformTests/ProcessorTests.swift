import Platform
import Testing

@Suite("The processor")
struct ProcessorTests {
    @Test("As many processors are available as nproc finds")
    func available() throws {
        let nproc = ChildProcess(
            program: "/usr/bin/nproc", arguments: [],
            limits: ChildProcess.Limits(seconds: 10, memoryBytes: 1 << 28, outputBytes: 1 << 10))
        let outcome = try nproc.run()
        #expect(outcome.ending == .exited(status: 0))
        #expect(String(decoding: outcome.output, as: UTF8.self) == "\(Processor.availableCount)\n")
    }
}
