import AttestationFuzz
import Bytes
import Foundation
import Testing

/// Mutates genuine samples with a seeded generator and reads them as every format. A crash or a hang
/// fails the run; `MARTLET_FUZZ_ROUNDS` makes it longer.
@Suite struct FuzzReplayTests {
    /// xorshift64* with a fixed seed, so that a run repeats.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_f491_4f6c_dd1d
        }
    }

    private static func seeds(_ target: AttestationFuzz) throws -> [[UInt8]] {
        let paths: [String] =
            switch target {
            case .snpReport: ["snp/snp-06-v5-genoa/report.bin"]
            case .quote: ["sgx/sgx-01-processor-ca/quote.bin", "tdx/tdx-02-v5-td15/quote.bin"]
            case .certificate: ["roots/amd_milan_ask.der", "snp/snp-07-v5-turin/vcek.der"]
            case .revocationList: ["synth/snp/crl.der"]
            case .publicKey, .pem: ["tpm/set-a/ak_ecdsa.pem"]
            case .collateral, .tcbInfo: ["synth/dcap/tdx-v5-td15-uptodate/collateral.json"]
            case .cbor, .cose: ["nitro/nitro-04-2025/document.cbor"]
            case .bundle, .certificateTable: ["cca/cca-02-p256-platform/token.cbor"]
            case .policy, .certificateRequest, .eventLog, .toml, .enclaveLayout, .elf: []
            case .firmware: ["measure/fw_plain.bin"]
            case .tpmQuote: ["tpm/set-a/ecdsa.msg"]
            case .nitroDocument: ["nitro/nitro-05-2026/document.cbor"]
            case .ccaToken: ["cca/cca-03-draft-ffm-profile/token.cbor"]
            case .ratlsCertificate: ["ratls/ratls-01-gramine.pem"]
            }
        return try paths.map { try VectorFiles.bytes($0) } + Corpus.inputs(target)
    }

    private static func mutate(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch UInt8.random(in: 0...5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 2: bytes.removeSubrange(index..<min(index + 4, bytes.count))
            case 3: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff], at: index)
            case 4: bytes = Array(bytes[..<index])
            default:
                bytes[index] =
                    [0, 0x7f, 0x80, 0xff, 0x30, 0x9f].randomElement(using: &generator) ?? 0
            }
        }
        return bytes
    }

    @Test(
        "mutated samples end in a value or an error", .enabled(if: VectorFiles.arePresent),
        arguments: AttestationFuzz.allCases)
    func replay(target: AttestationFuzz) throws {
        let named = ProcessInfo.processInfo.environment["MARTLET_FUZZ_ROUNDS"]
        let rounds = named.flatMap { Int($0) } ?? 400
        var generator = Generator(state: 0x9e37_79b9_7f4a_7c15)
        var count = 0
        for seed in try Self.seeds(target) {
            for _ in 0..<rounds {
                target.run(Self.mutate(seed, &generator))
                count += 1
            }
        }
        #expect(count > 0)
        if rounds > 400 { print("fuzz \(target.rawValue): \(count) inputs") }
    }

    @Test(
        "every input of the corpus ends in a value or an error", arguments: AttestationFuzz.allCases
    )
    func corpus(target: AttestationFuzz) throws {
        let inputs = try Corpus.inputs(target)
        #expect(!inputs.isEmpty)
        for input in inputs { target.run(input) }
    }

    @Test(
        "a megabyte of foreign bytes is refused by every reader",
        arguments: AttestationFuzz.allCases)
    func megabyte(target: AttestationFuzz) {
        for byte: UInt8 in [0x00, 0x30, 0x5b, 0x7b, 0x81, 0x9f, 0xff] {
            target.run([UInt8](repeating: byte, count: 1 << 20))
        }
    }
}
