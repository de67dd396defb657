import Bytes
import Testing
import Attestation

/// One case of the manifest: its files, its time, and what a verifier must make of it.
struct VectorCase: CustomTestStringConvertible, Sendable {
    let id: String
    let tee: String
    let node: JSONNode
    let expect: JSONNode

    init(_ node: JSONNode) throws {
        id = try node.member("id").string("id")
        tee = try node.member("tee").string("tee")
        expect = try node.member("expect")
        self.node = node
    }

    var testDescription: String { id }

    /// The text of a member, if the case has it.
    func text(_ name: String) -> String? { try? node.member(name).string(name) }

    /// The bytes of the file that a member names.
    func file(_ name: String) throws -> [UInt8] {
        try VectorFiles.bytes(try node.member(name).string(name))
    }

    var now: Instant {
        get throws {
            Instant(secondsSince1970: Int64(try node.member("now_unix").unsigned("now_unix")))
        }
    }

    /// `ok`, `fail`, `either` or a sentence.
    var crypto: String { (try? expect.member("crypto").string("crypto")) ?? "" }
    /// `accept`, `reject`, `either` or `depends`.
    var strict: String { (try? expect.member("strict").string("strict")) ?? "" }
    var tcbStatus: String? { try? expect.member("tcb_status").string("tcb_status") }
    var flags: [String]? { names(expect, "flags") }
    var advisories: [String]? { names(expect, "advisories") }
    /// Field values that a reader must report.
    var claims: JSONNode? { try? node.member("claims") }
    var policy: JSONNode? { try? node.member("policy") }

    private func names(_ node: JSONNode, _ name: String) -> [String]? {
        try? node.member(name).array(name).map { try $0.string(name) }
    }
}
