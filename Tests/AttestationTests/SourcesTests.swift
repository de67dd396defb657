import Platform
import Testing

@testable import Attestation

@Suite struct SourcesTests {
    private let data: [UInt8] = [9, 8, 7]
    private var padded: [UInt8] { data + [UInt8](repeating: 0, count: 61) }

    private func source(_ kernel: FakeKernel, level: UInt32? = nil) -> ReportDirectorySource {
        ReportDirectorySource(files: kernel, makeName: { "entry" }, privilegeLevel: level)
    }

    @Test(
        "a request pads the data to 64 bytes, and its entry is removed",
        arguments: ["sev_guest", "tdx_guest"])
    func collects(provider: String) throws {
        let kernel = FakeKernel(provider: provider)
        let bundle = try source(kernel).evidence(reportData: data)
        #expect(bundle.format == (provider == "sev_guest" ? .snp : .tdx))
        #expect(bundle.reportData == padded)
        #expect(kernel.log == ["mkdir", "write inblob 64", "read outblob", "rmdir"])
        #expect(kernel.leftOver == [])
    }

    @Test("a privilege level is written as an ASCII number, and its write counts")
    func privilegeLevel() throws {
        let kernel = FakeKernel()
        _ = try source(kernel, level: 2).evidence(reportData: data)
        #expect(kernel.log.contains("write privlevel 1"))
        for level in [UInt32(0), 4] {
            let refused = FakeKernel()
            #expect(throws: CollectionFailure.self) {
                try source(refused, level: level).evidence(reportData: data)
            }
            #expect(refused.leftOver == [])
        }
        #expect(throws: CollectionFailure.self) {
            try source(FakeKernel(provider: "tdx_guest"), level: 2).evidence(reportData: data)
        }
    }

    @Test("a race, a busy kernel and an interrupted one are tried again")
    func transient() throws {
        for faults in [
            FakeKernel.Faults(races: 2), FakeKernel.Faults(wrongEchoes: 1),
            FakeKernel.Faults(inblobErrors: [Errno(rawValue: 16)]),
            FakeKernel.Faults(outblobErrors: [.EINTR, .ETIMEDOUT, Errno(rawValue: 16)]),
        ] {
            let kernel = FakeKernel(faults: faults)
            #expect(try source(kernel).evidence(reportData: data).reportData == padded)
            #expect(kernel.log.contains("pause"))
            #expect(kernel.leftOver == [])
        }
    }

    @Test("what never gets better is given up after a bounded number of attempts")
    func endless() {
        for faults in [
            FakeKernel.Faults(races: .max), FakeKernel.Faults(wrongEchoes: .max),
            FakeKernel.Faults(outblobErrors: Array(repeating: .EINTR, count: 100)),
        ] {
            let kernel = FakeKernel(faults: faults)
            let error = #expect(throws: CollectionFailure.self) {
                try source(kernel).evidence(reportData: data)
            }
            #expect(error?.isTransient == true)
            #expect(error?.what.contains("gave up after 8") == true)
            #expect(kernel.log.filter { $0 == "read outblob" }.count == 8)
            #expect(kernel.leftOver == [])
        }
    }

    @Test("an empty answer names the likely cause; a missing provider and a refusal say so")
    func permanent() {
        func failure(_ kernel: FakeKernel) -> CollectionFailure? {
            #expect(throws: CollectionFailure.self) {
                try source(kernel).evidence(reportData: data)
            }
        }
        let empty = failure(FakeKernel(provider: "tdx_guest", faults: .init(isEmpty: true)))
        #expect(empty?.remedy.contains("quote generation service") == true)
        let absent = failure(FakeKernel(faults: .init(makeDirectory: [Errno(rawValue: 6)])))
        #expect(absent?.what.contains("no provider") == true)
        let denied = failure(FakeKernel(faults: .init(makeDirectory: [.EACCES])))
        #expect(denied?.remedy == "run as root")
        let other = failure(FakeKernel(provider: "new_guest"))
        #expect(other?.what.contains("new_guest") == true)
        let invalid = failure(FakeKernel(faults: .init(outblobErrors: [.EINVAL])))
        #expect(invalid?.isTransient == false)
    }

    @Test("a name that is taken is left to its owner")
    func taken() throws {
        let kernel = FakeKernel(faults: .init(makeDirectory: [.EEXIST, .EEXIST]))
        _ = try source(kernel).evidence(reportData: data)
        #expect(kernel.log.filter { $0 == "mkdir" }.count == 3)
    }

    @Test("more than 64 bytes of report data are refused before anything is asked")
    func tooLong() {
        let kernel = FakeKernel()
        #expect(throws: CollectionFailure.self) {
            try source(kernel).evidence(reportData: [UInt8](repeating: 0, count: 65))
        }
        #expect(kernel.log == [])
    }

    @Test(
        "the SEV device is tried again while the host is busy, and without certificates if need be")
    func device() throws {
        let busy = FakeKernel(faults: .init(device: [(.EIO, 2 << 32), (.EIO, 2 << 32)]))
        let bundle = try SEVGuestSource(files: busy).evidence(reportData: data)
        #expect(bundle.reportData == padded)
        #expect(busy.log.filter { $0 == "pause" }.count == 2)
        let plain = FakeKernel(faults: .init(device: [(.EIO, 5)]))
        #expect(try SEVGuestSource(files: plain).evidence(reportData: data).reportData == padded)
        #expect(plain.log == ["extended report", "report"])
        let broken = FakeKernel(faults: .init(device: [(.EIO, 5), (.EIO, 22)]))
        let error = #expect(throws: CollectionFailure.self) {
            try SEVGuestSource(files: broken).evidence(reportData: data)
        }
        #expect(error?.what.contains("firmware error 22") == true)
    }

    @Test("a derived key is the 32 bytes after status and reserved ones")
    func derivedKey() throws {
        let key = try SEVGuestSource(files: FakeKernel()).derivedKey(
            fields: 9, guestSVN: 3, tcbVersion: 5)
        #expect(key.count == 32)
        #expect(key[8] == 9 && key[20] == 3 && key[24] == 5)
    }

    @Test("Gramine's files are written before the quote is read, and only dcap will do")
    func gramine() throws {
        let base = GramineSource.base
        var quote = [UInt8](repeating: 0, count: 1000)
        quote.replaceSubrange(368..<432, with: padded)
        let kernel = FakeKernel(files: [
            "\(base)/attestation_type": Array("dcap\n".utf8), "\(base)/quote": quote,
            "\(base)/keys/_sgx_mrenclave": [UInt8](repeating: 5, count: 16),
        ])
        let source = GramineSource(files: kernel)
        #expect(try source.evidence(reportData: data).reportData == padded)
        #expect(try source.sealingKey("_sgx_mrenclave").count == 16)
        #expect(throws: CollectionFailure.self) { try source.evidence(reportData: [1]) }
        let none = FakeKernel(files: ["\(base)/attestation_type": Array("none\n".utf8)])
        let error = #expect(throws: CollectionFailure.self) {
            try GramineSource(files: none).evidence(reportData: data)
        }
        #expect(error?.remedy.contains("dcap") == true)
    }

    @Test("run-time registers take 48 bytes, and only the guest's own are extended")
    func registers() throws {
        let path = "\(RuntimeRegisters.base)/rtmr3:sha384"
        let kernel = FakeKernel(files: [path: [UInt8](repeating: 1, count: 48)])
        let registers = RuntimeRegisters(files: kernel)
        #expect(try registers.value(3).count == 48)
        try registers.extend(3, with: [UInt8](repeating: 2, count: 48))
        #expect(kernel.log == ["write rtmr3:sha384 48"])
        #expect(throws: CollectionFailure.self) { try registers.extend(3, with: [1]) }
        #expect(throws: CollectionFailure.self) {
            try registers.extend(0, with: [UInt8](repeating: 2, count: 48))
        }
        #expect(throws: CollectionFailure.self) { try registers.value(1) }
    }

    @Test("a machine's source is found by what it has")
    func detection() {
        let name: @Sendable () -> String = { "entry" }
        #expect(EvidenceSources.detect(FakeKernel(), name: name)?.name == "configfs-tsm")
        let device = FakeKernel(provider: "", files: [SEVGuestSource.device: []])
        #expect(EvidenceSources.detect(device, name: name)?.name == "sev-guest")
        let gramine = FakeKernel(provider: "", files: ["\(GramineSource.base)/quote": []])
        #expect(EvidenceSources.detect(gramine, name: name)?.name == "gramine")
        #expect(EvidenceSources.detect(FakeKernel(provider: ""), name: name) == nil)
    }
}
