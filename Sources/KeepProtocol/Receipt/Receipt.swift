package import Attestation
package import Bytes
internal import Cryptography

/// What a keep vouches for about one run (`Documentation/Formats/Receipt.md`).
package struct Receipt: Equatable, Sendable {
    /// What the run used up.
    package struct Usage: Equatable, Sendable {
        /// By the keep's monotonic clock.
        package var wallNanoseconds: UInt64 = 0
        /// Of the thread that ran the program.
        package var cpuNanoseconds: UInt64 = 0
        package var outputBytes: UInt64 = 0
        /// Units of work; nil when fuel was not counted.
        package var fuel: UInt64?

        package init() {}
    }

    /// A vault as the run left it.
    package struct VaultState: Equatable, Sendable {
        package var epoch: UInt64
        /// Whether an anchor vouches for it; otherwise a rollback would look the same.
        package var isAnchored: Bool

        package init(epoch: UInt64, isAnchored: Bool) {
            self.epoch = epoch
            self.isAnchored = isAnchored
        }
    }

    package var workload: WorkloadIdentity
    /// The keep's public key (SubjectPublicKeyInfo), which signs.
    package var publicKey: [UInt8]
    /// What the client asked the receipt to carry, 32 bytes.
    package var nonce: [UInt8]
    package var outcome: GuestOutcome
    package var usage: Usage
    package var vaults: [String: VaultState]
    /// When the program ended by the keep's clock, which is the host's: seconds since 1970.
    package var endedAt: UInt64

    package init(
        workload: WorkloadIdentity, publicKey: [UInt8], nonce: [UInt8], outcome: GuestOutcome,
        usage: Usage, vaults: [String: VaultState], endedAt: UInt64
    ) {
        self.workload = workload
        self.publicKey = publicKey
        self.nonce = nonce
        self.outcome = outcome
        self.usage = usage
        self.vaults = vaults
        self.endedAt = endedAt
    }

    /// Core deterministic encoding.
    package var encoded: [UInt8] {
        CBORValue.fields([
            ("version", .unsigned(1)), ("workload", workload.value),
            ("key", .bytes(publicKey[...])), ("nonce", .bytes(nonce[...])),
            ("outcome", .array(outcome.fields)), ("wall", .unsigned(usage.wallNanoseconds)),
            ("cpu", .unsigned(usage.cpuNanoseconds)), ("output", .unsigned(usage.outputBytes)),
            ("fuel", .optional(usage.fuel)),
            (
                "vaults",
                .map(
                    vaults.map {
                        CBOREntry(
                            .text($0.key),
                            .array([.unsigned($0.value.epoch), .boolean($0.value.isAnchored)]))
                    })
            ),
            ("ended", .unsigned(endedAt)),
        ]).deterministicEncoding
    }

    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = try FieldReader(
            try CBORReader.decode(bytes, rules: .deterministic, "receipt"), "receipt")
        guard try reader.unsigned("version") == 1 else {
            throw reader.malformed("version", "must be 1")
        }
        guard let workload = WorkloadIdentity(digest: try reader.bytes("workload", 48...48)) else {
            throw reader.malformed("workload", "must be 48 bytes")
        }
        self.workload = workload
        publicKey = try reader.bytes("key", 32...2048)
        nonce = try reader.bytes("nonce", 32...32)
        var fields = MessageFields(values: try reader.array("outcome"), "receipt")
        outcome = try GuestOutcome(&fields)
        try fields.finish()
        usage = Usage()
        usage.wallNanoseconds = try reader.unsigned("wall")
        usage.cpuNanoseconds = try reader.unsigned("cpu")
        usage.outputBytes = try reader.unsigned("output")
        usage.fuel = try reader.optionalUnsigned("fuel")
        vaults = [:]
        guard case .map(let entries) = try reader.value("vaults") else {
            throw reader.malformed("vaults", "must be a map")
        }
        for entry in entries {
            guard case .text(let name) = entry.key, case .array(let pair) = entry.value,
                pair.count == 2, case .unsigned(let epoch) = pair[0],
                case .boolean(let isAnchored) = pair[1]
            else { throw reader.malformed("vaults", "must hold epochs") }
            vaults[name] = VaultState(epoch: epoch, isAnchored: isAnchored)
        }
        endedAt = try reader.unsigned("ended")
        try reader.finish()
    }

    /// What the evidence beside the receipt is bound to: the keep's key, the workload, and in the
    /// exporter's place the digest of these very claims.
    package func binding() throws(InvalidBinding) -> BindingInputs {
        try BindingInputs(
            attester: .server, attesterPublicKey: publicKey, peerPublicKey: nil,
            exporter: Hash.sha512(Array("martlet receipt v1".utf8) + [0] + encoded), nonce: nonce,
            workload: workload)
    }
}
