package import Attestation
package import Cryptography

/// One client's connection, by a number that the keep gave it.
package struct ConnectionID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }
}

/// What the keep has to do, in order. The machine itself touches nothing.
package enum KeepAction: Equatable, Sendable {
    case send(ConnectionID, KeepMessage)
    /// Answer a request for evidence.
    case attest(ConnectionID, request: [UInt8])
    /// Bind this identity into all evidence from now on.
    case bind(WorkloadIdentity)
    case start(Launch)
    case input(ConnectionID, [UInt8])
    case inputEnd
    case signal(GuestSignal)
    /// Send the output kept so far, then what comes.
    case attach(ConnectionID)
    case detach
    /// Send a piece of a file that the program has or had.
    case readFile(ConnectionID, path: String, offset: UInt64)
    /// Send names and sizes of such files.
    case listFiles(ConnectionID, path: String, after: String)
    case makeReceipt(ConnectionID, nonce: [UInt8])
    /// Say no more and hang up.
    case close(ConnectionID)
    /// Say this if it goes at once, and hang up without waiting for the client to take anything.
    case dismiss(ConnectionID, KeepMessage)
    /// End the program if it runs, then the keep.
    case shutDown
}

/// Everything that a program starts with.
package struct Launch: Equatable, Sendable {
    package var workload: Workload
    package var secrets: [String: SecretBytes]
    package var vaultKeys: [String: SecretBytes]
    /// Files of memory directories, by their absolute paths.
    package var files: [String: [UInt8]]

    package init(
        workload: Workload, secrets: [String: SecretBytes] = [:],
        vaultKeys: [String: SecretBytes] = [:], files: [String: [UInt8]] = [:]
    ) {
        self.workload = workload
        self.secrets = secrets
        self.vaultKeys = vaultKeys
        self.files = files
    }

    package static func == (left: Launch, right: Launch) -> Bool {
        left.workload == right.workload && left.files == right.files
            && left.secrets.keys == right.secrets.keys
            && left.vaultKeys.keys == right.vaultKeys.keys
    }
}
