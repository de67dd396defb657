/// What a workload is given and may use: the owner's `Martlet.toml` in its canonical form.
///
/// Nothing that is not written here is reachable for the program. `Documentation/Formats/Workload.md`
/// has the encoding.
package struct Manifest: Equatable, Sendable {
    /// Which engine runs the program.
    package enum Engine: String, Sendable, CaseIterable {
        /// The fastest that the keep has for what was sent.
        case auto
        case interpreter
        case native
    }

    /// Where one of the program's standard streams leads.
    package enum Stream: String, Sendable, CaseIterable {
        /// To the owner, over the attested channel.
        case owner
        /// Nowhere.
        case null
    }

    /// How a listener or connection is protected.
    package enum Transport: String, Sendable, CaseIterable {
        /// Plain bytes, that the host can read and change.
        case tcp
        /// TLS 1.3 without evidence.
        case tls
        /// TLS 1.3 with evidence of this keep, and of the peer where a policy is named.
        case attestedTLS = "attested-tls"
    }

    /// A directory of the program.
    package struct Directory: Equatable, Sendable {
        /// Where its files are.
        package enum Storage: Equatable, Sendable {
            /// In an encrypted volume of that name.
            case vault(name: String)
            /// In the keep's memory, gone with it.
            case memory(limitBytes: UInt64)
        }

        /// The program's name for it, absolute.
        package var path: String
        package var storage: Storage
        package var isReadOnly: Bool

        /// What the paths of its files begin with.
        package var prefix: String { path == "/" ? "/" : path + "/" }

        /// Whether a text is an absolute path in its one spelling.
        package static func isPath(_ text: String) -> Bool {
            if text == "/" { return true }
            // Bytes, as the program's files see it: to a character, a slash and an accent are one.
            let parts = text.utf8.split(separator: 0x2f, omittingEmptySubsequences: false)
            return text.utf8.first == 0x2f && !text.utf8.contains(0)
                && !parts.dropFirst().contains { part in
                    part.isEmpty || part.elementsEqual([0x2e]) || part.elementsEqual([0x2e, 0x2e])
                }
        }

        /// Whether a path is below the directory.
        package func contains(_ path: String) -> Bool { path.utf8.starts(with: prefix.utf8) }

        package init(path: String, storage: Storage, isReadOnly: Bool = false) {
            self.path = path
            self.storage = storage
            self.isReadOnly = isReadOnly
        }
    }

    /// A listening socket that the program finds open.
    package struct Listener: Equatable, Sendable {
        package var name: String
        package var transport: Transport
        package var port: UInt16
        /// The policy that the peer's evidence must meet; nil when peers need none.
        package var policy: String?

        package init(name: String, transport: Transport, port: UInt16, policy: String? = nil) {
            self.name = name
            self.transport = transport
            self.port = port
            self.policy = policy
        }
    }

    /// A connection that the program finds open.
    package struct Connection: Equatable, Sendable {
        package var name: String
        package var transport: Transport
        /// A numeric address or a name; with ``Transport/tls``, what the peer's certificate must bear.
        package var host: String
        package var port: UInt16
        /// The policy that the peer's evidence must meet; with ``Transport/tls``, the entry of the
        /// workload's policies whose roots its certificate must chain to.
        package var policy: String?

        package init(
            name: String, transport: Transport, host: String, port: UInt16, policy: String? = nil
        ) {
            self.name = name
            self.transport = transport
            self.host = host
            self.port = port
            self.policy = policy
        }
    }

    /// A secret that somebody must send before the program starts.
    package struct Secret: Equatable, Sendable {
        package var name: String
        /// The variable that holds it; nil: the file `/secrets/NAME`.
        package var variable: String?

        package init(name: String, variable: String? = nil) {
            self.name = name
            self.variable = variable
        }
    }

    /// Somebody other than the owner with a say in this workload.
    package struct Principal: Equatable, Sendable {
        /// What a principal may do below a directory.
        package struct DirectoryRight: Equatable, Sendable {
            package var path: String
            /// May fetch files.
            package var reads: Bool
            /// May send files.
            package var writes: Bool

            package init(path: String, reads: Bool, writes: Bool) {
                self.path = path
                self.reads = reads
                self.writes = writes
            }
        }

        package var name: String
        /// SHA-256 of the public key (SubjectPublicKeyInfo).
        package var keyDigest: [UInt8]
        package var rights: [DirectoryRight]
        /// Secrets that this principal, and nobody else, sends.
        package var secrets: [String]
        /// May start the program, which gives no right to read it or its files.
        package var mayExecute: Bool
        /// Counts towards the approvals of an update.
        package var approvesUpdates: Bool
        /// The program starts only after this principal said that its inputs are complete.
        package var mustBeReady: Bool

        package init(name: String, keyDigest: [UInt8]) {
            self.name = name
            self.keyDigest = keyDigest
            rights = []
            secrets = []
            mayExecute = false
            approvesUpdates = false
            mustBeReady = false
        }
    }

    /// What the program may use up.
    package struct Budgets: Equatable, Sendable {
        package var memoryBytes: UInt64 = 256 << 20
        package var stackBytes: UInt64 = 8 << 20
        /// Units of work; nil: no limit.
        package var fuel: UInt64?
        /// Seconds of wall-clock time; nil: no limit.
        package var timeSeconds: UInt64?
        package var outputBytes: UInt64 = 64 << 20
        package var descriptors: UInt64 = 256

        package init() {}
    }

    /// Where certificates, keys and anchors come from.
    package struct Service: Equatable, Sendable {
        package var address: String
        /// The policy that the service's own evidence must meet.
        package var policy: String

        package init(address: String, policy: String) {
            self.address = address
            self.policy = policy
        }
    }

    package var name: String
    package var arguments: [String] = []
    /// Variables, sorted by name.
    package var environment: [String: String] = [:]
    package var engine = Engine.auto
    package var budgets = Budgets()
    package var standardInput = Stream.null
    package var standardOutput = Stream.owner
    package var standardError = Stream.owner
    package var directories: [Directory] = []
    package var listeners: [Listener] = []
    package var connections: [Connection] = []
    package var secrets: [Secret] = []
    package var principals: [Principal] = []
    /// How many approving principals an update needs; 0: an update wipes all secrets and inputs.
    package var approvals: UInt64 = 0
    package var service: Service?

    package init(name: String) { self.name = name }
}
