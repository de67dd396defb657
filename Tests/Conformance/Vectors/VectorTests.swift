import Testing

/// Every case of the shared manifest gives the expected crypto outcome, TCB status, advisories, flags,
/// verdict and claims.
@Suite struct VectorTests {
    /// The runner of each TEE of the manifest.
    private static let runners: [String: @Sendable (VectorCase) throws -> VectorOutcome] = [
        "snp": SNPVectors.run,
        "sgx": DCAPVectors.run,
        "tdx": DCAPVectors.run,
        "nitro": NitroVectors.run,
        "tpm": TPMVectors.run,
        "cca": CCAVectors.run,
        "ratls-sgx": RATLSVectors.run,
    ]

    /// TEEs of the manifest that have no runner yet.
    private static let pending: Set<String> = []

    @Test("each case is judged as the manifest says", .enabled(if: VectorFiles.arePresent))
    func manifest() throws {
        var counts: [String: (good: Int, all: Int)] = [:]
        for vector in VectorFiles.cases {
            guard let run = Self.runners[vector.tee] else {
                #expect(Self.pending.contains(vector.tee), "no runner for \(vector.tee)")
                counts[vector.tee, default: (0, 0)].all += 1
                continue
            }
            let problems = try run(vector).mismatches(vector)
            #expect(problems.isEmpty, "\(vector.id): \(problems.joined(separator: "; "))")
            counts[vector.tee, default: (0, 0)].all += 1
            counts[vector.tee, default: (0, 0)].good += problems.isEmpty ? 1 : 0
        }
        #expect(VectorFiles.cases.count == 253)
        for (tee, count) in counts.sorted(by: { $0.key < $1.key }) {
            let state = Self.runners[tee] == nil ? "PENDING" : "as expected"
            print("vectors \(tee): \(count.good) of \(count.all) \(state)")
        }
    }
}
