import Attestation
import Bytes
import Diagnostics
import Testing

@testable import PolicyFile

@Suite struct PolicyFileTests {
    private func read(_ text: String) throws(Diagnostic) -> PolicyFile {
        try PolicyFile("policy = 1\n" + text, name: "policy.toml")
    }

    @Test("each form of expectation is read")
    func forms() throws {
        let file = try read(
            """
            name = "ours"
            [roots]
            extra = ["sim/ark.pem"]
            [snp]
            measurement = ["00ff", "11"]
            host-data = "22"
            debug = false
            vmpl = { at-most = 1 }
            guest-svn = { at-least = 3 }
            current-mitigations = { includes = 0x3 }
            report-version = [3, 5]
            product-line = "milan"
            chip-id = { not-appraised = "any chip of ours" }
            reported-tcb = { milan = { snp = 24, microcode = 0xdb }, turin = { fmc = 1 } }
            """)
        #expect(file.policy.identifier == "ours")
        #expect(file.rootFiles == [RootFile(vendor: .extra, path: "sim/ark.pem", line: 4)])
        let section = try #require(file.policy.sections[.snp])
        #expect(section["measurement"] == .oneOf([.bytes([0, 0xff]), .bytes([0x11])]))
        #expect(section["host-data"] == .oneOf([.bytes([0x22])]))
        #expect(section["debug"] == .oneOf([.flag(false)]))
        #expect(section["vmpl"] == .atMost(1))
        #expect(section["guest-svn"] == .atLeast(3))
        #expect(section["current-mitigations"] == .includes(3))
        #expect(section["report-version"] == .oneOf([.number(3), .number(5)]))
        #expect(section["chip-id"] == .notAppraised(because: "any chip of ours"))
        #expect(
            section["reported-tcb"]
                == .minimum([
                    "milan": [.init("snp", 24), .init("microcode", 0xdb)],
                    "turin": [.init("fmc", 1)],
                ]))
    }

    @Test(
        "an unknown key, a wrong kind or an empty reason is an error with its line",
        arguments: [
            ("nmae = \"x\"", 2), ("[roots]\nextr = []", 3), ("[snp]\nmeasurment = \"00\"", 3),
            ("[sev]\na = 1", 2), ("[snp]\nmeasurement = \"0g\"", 3),
            ("[snp]\nmeasurement = \"\"", 3),
            ("[snp]\nmeasurement = []", 3), ("[snp]\nmeasurement = 5", 3),
            ("[snp]\ndebug = \"no\"", 3),
            ("[snp]\nvmpl = { at-least = 1, at-most = 2 }", 3), ("[snp]\nvmpl = -1", 3),
            ("[snp]\nvmpl = { at-leats = 1 }", 3),
            ("[snp]\nchip-id = { not-appraised = \" \" }", 3),
            ("[snp]\nreported-tcb = { rome = { snp = 1 } }", 3),
            ("[snp]\nreported-tcb = { milan = { fmc = 1 } }", 3),
            ("[snp]\nreported-tcb = { milan = {} }", 3), ("[snp]\nreported-tcb = {}", 3),
            ("[snp]\ndebug = false\ndebug = true", 4), ("snp = true", 2),
            ("[snp]\nmeasurement = {}", 3),
        ])
    func refused(text: String, line: Int) {
        let error = #expect(throws: Diagnostic.self, "\(text)") { try read(text) }
        #expect(error?.location == "policy.toml:\(line)", "\(text): \(error?.description ?? "")")
    }

    @Test(
        "a file that does not name its format is refused",
        arguments: ["", "policy = 2", "policy = \"1\""])
    func version(text: String) {
        #expect(throws: Diagnostic.self) { try PolicyFile(text, name: "p") }
    }

    @Test("the template loads, accepts the format, and states nothing that must be stated")
    func template() throws {
        let text = PolicyExplanation.template([.snp])
        let file = try PolicyFile(text, name: "t")
        #expect(file.policy.sections[.snp] == [:])
        let required = EvidenceFormat.snp.claimTable.filter { $0.demand == .required }.map(\.name)
        #expect(PolicyExplanation.unstated(file.policy).map(\.claim) == required)
        for name in required { #expect(text.contains("# \(name) = ")) }
    }

    /// An enrolled key as veraison's samples have it (rust-ccatoken testdata, Apache License 2.0).
    private static let platformKey = """
        {"pkey": {"crv": "P-384", "kty": "EC",
          "x": "IShnxS4rlQiwpCCpBWDzlNLfqiG911FP8akBr-fh94uxHU5m-Kijivp2r2oxxN6M",
          "y": "hM4tr8mWQli1P61xh3T0ViDREbF26DGOEYfbAjWjGNN7pZf-6A4OTHYqEryz6m7U"},
         "implementation-id": "7f454c4602010100000000000000000003003e00010000005058000000000000",
         "instance-id": "0107060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918"}
        """

    @Test("roots are read by vendor, each kind from its own form")
    func roots() throws {
        let file = try read("[roots]\narm = [\"key.json\"]\nintel = [\"ca.pem\"]\n")
        let certificate = try #require(TrustRoots.vendors.amd.first).certificate
        let roots = try file.roots { (name) throws(Diagnostic) in
            Array(
                (name == "key.json" ? Self.platformKey : PEM.encode(certificate.encoded)).utf8)
        }
        #expect(roots.arm.count == 1)
        #expect(roots.arm.first?.instanceID.count == 33)
        #expect(roots.intel.last == TrustAnchor(certificate))
        #expect(roots.amd == TrustRoots.vendors.amd)
    }

    @Test(
        "a file that holds no root is refused with the policy's line",
        arguments: [
            "", "{}", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ])
    func wrongRoots(content: String) throws {
        for vendor in ["amd", "intel", "aws", "arm", "extra"] {
            let file = try read("[roots]\n\(vendor) = [\"file\"]\n")
            let error = #expect(throws: Diagnostic.self) {
                try file.roots { (_) throws(Diagnostic) in Array(content.utf8) }
            }
            #expect(error?.location == "policy.toml:3")
        }
    }

    @Test("an enrolled Arm key with a point off its curve, or of another size, is none")
    func wrongPlatformKey() {
        for (old, new) in [("hM4t", "hM4u"), ("P-384", "P-256"), ("7f454c", "7f45"), ("EC", "OKP")]
        {
            let parts = Self.platformKey.split(separator: old, maxSplits: 1)
            let text = parts[0] + new + parts[1]
            #expect(throws: MalformedBytes.self) {
                try ARMTrustAnchor(json: Array(text.utf8)[...])
            }
        }
    }

    @Test("a workload is 96 hexadecimal digits or “empty”")
    func workloads() throws {
        let digest = String(repeating: "5e", count: 48)
        let file = try read("[tdx]\nworkload-identity = [\"empty\", \"\(digest)\"]\n")
        let digestValue = try #require(WorkloadIdentity(digest))
        #expect(
            file.policy.sections[.tdx]?["workload-identity"]
                == .oneOf([.workload(.empty), .workload(digestValue)]))
        for wrong in ["\"none\"", "\"5e\"", "1", "true", "[]", "{ at-least = 1 }"] {
            #expect(throws: Diagnostic.self) { try read("[tdx]\nworkload-identity = \(wrong)\n") }
        }
    }

    @Test("results name the policy's file by its SHA-256")
    func identified() throws {
        let text = "policy = 1\n[snp]\n"
        let file = try PolicyFile(text, name: "policy.toml")
        // printf 'policy = 1\n[snp]\n' | sha256sum
        #expect(
            file.policy.sourceDigest?.hexadecimal
                == "8b418a360af432c0e2acf2e2454df4df8f2def91b1d0ad3b14c338f1b5219f5c")
    }
}
