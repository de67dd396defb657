import Attestation
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
        #expect(file.rootFiles == ["sim/ark.pem"])
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
}
