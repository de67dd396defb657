package import Bytes

/// One request to a host: a line of JSON (`Documentation/Formats/HostProtocol.md`).
package enum HostRequest: Equatable, Sendable {
    /// Starts a keep; the connection then leads to it.
    case start(launcher: String, ownerPin: [UInt8]?)
    /// Leads the connection to a keep.
    case connect(keep: String)
    case list
    case log(keep: String)
    case stop(keep: String, kill: Bool)

    /// Most bytes of a line.
    package static let limitBytes = 4096

    package var line: String {
        let members: [(String, JSONText)] =
            switch self {
            case .start(let launcher, let pin):
                [("do", .string("start")), ("launcher", .string(launcher))]
                    + (pin.map { [("owner", JSONText.string($0.hexadecimal))] } ?? [])
            case .connect(let keep): [("do", .string("connect")), ("keep", .string(keep))]
            case .list: [("do", .string("list"))]
            case .log(let keep): [("do", .string("log")), ("keep", .string(keep))]
            case .stop(let keep, let kill):
                [("do", .string("stop")), ("keep", .string(keep)), ("kill", .boolean(kill))]
            }
        return JSONText.object(members).compact + "\n"
    }

    package init(decoding line: ArraySlice<UInt8>) throws(MalformedBytes) {
        let node = try JSONReader.decode(line)
        let members = try node.object("request")
        let verb = try node.member("do").string("do")
        let allowed: Set<String> =
            switch verb {
            case "start": ["do", "launcher", "owner"]
            case "connect", "log": ["do", "keep"]
            case "stop": ["do", "keep", "kill"]
            case "list": ["do"]
            default:
                throw MalformedBytes(field: "do", offset: 0, problem: "is no request")
            }
        if let unknown = Set(members.keys).subtracting(allowed).min() {
            throw MalformedBytes(
                field: "request", offset: 0, problem: "unknown member \(unknown.debugDescription)")
        }
        switch verb {
        case "start":
            self = .start(
                launcher: try node.member("launcher").string("launcher"),
                ownerPin: try Self.pin(try node.optionalMember("owner")))
        case "connect": self = .connect(keep: try node.member("keep").string("keep"))
        case "log": self = .log(keep: try node.member("keep").string("keep"))
        case "stop":
            self = .stop(
                keep: try node.member("keep").string("keep"),
                kill: try node.optionalMember("kill")?.boolean("kill") ?? false)
        default: self = .list
        }
    }

    private static func pin(_ node: JSONNode?) throws(MalformedBytes) -> [UInt8]? {
        guard let node else { return nil }
        guard let pin = [UInt8](hexadecimal: try node.string("owner")), pin.count == 32 else {
            throw MalformedBytes(
                field: "owner", offset: node.offset, problem: "must be 64 hexadecimal digits")
        }
        return pin
    }
}
