import Attestation
import Bytes
import Testing

/// Tells how long verifying and appraising takes; judges nothing, since machines differ.
@Suite struct TimingTests {
    @Test("time per verification is told", .enabled(if: VectorFiles.arePresent))
    func timing() throws {
        for (id, run) in [
            ("snp-06-v5-genoa", SNPVectors.run), ("sgx-01-processor-ca/eval17", DCAPVectors.run),
            ("tdx-01-v4-trailing-zeros/eval17", DCAPVectors.run),
        ] {
            let vector = try #require(VectorFiles.cases.first { $0.id == id })
            let clock = ContinuousClock()
            let cold = try clock.measure { _ = try run(vector) }
            var best = Duration.seconds(1)
            for _ in 0..<20 { best = min(best, try clock.measure { _ = try run(vector) }) }
            print("timing \(id): first \(cold), warm \(best), files read and claims written too")
        }
    }
}
