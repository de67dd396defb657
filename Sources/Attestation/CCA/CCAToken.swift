import Bytes
import Cryptography
import Diagnostics

/// An Arm CCA attestation token, decoded and not believed: a platform token and a realm token, bound
/// by the hash of the realm's key.
///
/// Source: Realm Management Monitor specification (DEN0137) 1.0, §A7.2.3; the newer profile as in
/// draft-ffm-rats-cca-token.
package struct CCAToken: Sendable {
    /// Most bytes of a token.
    package static let maximumBytes = 64 * 1024

    package let bytes: [UInt8]
    let platform: COSESign1
    let realm: COSESign1
    let platformClaims: CBORValue
    let realmClaims: CBORValue

    /// Platform claims (§A7.2.3.2).
    package let platformProfile: String
    package let challenge: [UInt8]
    package let implementationID: [UInt8]
    package let instanceID: [UInt8]
    package let lifecycle: UInt16
    package let componentCount: Int

    /// Realm claims (§A7.2.3.1).
    package let realmProfile: String?
    package let realmChallenge: [UInt8]
    package let initialMeasurement: [UInt8]
    package let extensibleMeasurements: [[UInt8]]
    package let personalizationValue: [UInt8]
    /// The realm's attestation key as its claim has it: a raw point, or a COSE_Key.
    package let realmKeyClaim: [UInt8]
    package let realmKeyHashName: String

    /// Decodes a token.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        do throws(MalformedBytes) {
            try self.init(strictly: bytes)
        } catch {
            throw EvidenceRejection(error, in: EvidenceFormat.cca.title)
        }
    }

    private init(strictly bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumBytes else {
            throw Self.malformed("token", "\(bytes.count) bytes; at most \(Self.maximumBytes)")
        }
        self.bytes = Array(bytes)
        guard case .tagged(399, let collection) = try CBORReader.decode(bytes, "CCA token"),
            case .map(let entries) = collection, entries.count == 2,
            case .bytes(let platformBytes)? = collection[44234],
            case .bytes(let realmBytes)? = collection[44241]
        else { throw Self.malformed("token", "is no tag 399 with a platform and a realm token") }
        platform = try COSESign1(decoding: platformBytes)
        realm = try COSESign1(decoding: realmBytes)
        platformClaims = try CBORReader.decode(platform.payload, "platform token")
        realmClaims = try CBORReader.decode(realm.payload, "realm token")

        platformProfile = try Self.text(platformClaims[265], "platform profile")
        challenge = try Self.bytes(platformClaims[10], "platform challenge", [32, 48, 64])
        implementationID = try Self.bytes(platformClaims[2396], "implementation id", [32])
        instanceID = try Self.bytes(platformClaims[256], "instance id", [33])
        guard let state = platformClaims[2395]?.integer, let state = UInt16(exactly: state) else {
            throw Self.malformed("security lifecycle", "is no number of 16 bits")
        }
        lifecycle = state
        guard case .array(let components)? = platformClaims[2399] else {
            throw Self.malformed("software components", "is no array")
        }
        componentCount = components.count

        realmProfile = try realmClaims[265].map { value throws(MalformedBytes) in
            try Self.text(value, "realm profile")
        }
        realmChallenge = try Self.bytes(realmClaims[10], "realm challenge", [64])
        initialMeasurement = try Self.bytes(
            realmClaims[44238], "initial measurement", [32, 48, 64])
        extensibleMeasurements = try Self.measurements(realmClaims[44239])
        personalizationValue = try Self.bytes(realmClaims[44235], "personalization value", [64])
        realmKeyClaim = try Self.bytes(realmClaims[44237], "realm key", 64...256)
        realmKeyHashName = try Self.text(realmClaims[44240], "realm key hash")
    }

    private static func measurements(_ value: CBORValue?) throws(MalformedBytes) -> [[UInt8]] {
        guard case .array(let list)? = value, list.count == 4 else {
            throw malformed("extensible measurements", "is no array of four")
        }
        var result: [[UInt8]] = []
        for element in list {
            result.append(try bytes(element, "extensible measurement", [32, 48, 64]))
        }
        return result
    }

    private static func text(_ value: CBORValue?, _ field: String) throws(MalformedBytes) -> String
    {
        guard case .text(let text)? = value else { throw malformed(field, "is no text") }
        return text
    }

    private static func bytes(
        _ value: CBORValue?, _ field: String, _ sizes: some Collection<Int>
    ) throws(MalformedBytes) -> [UInt8] {
        guard case .bytes(let bytes)? = value, sizes.contains(bytes.count) else {
            throw malformed(field, "is no string of bytes of an allowed size")
        }
        return Array(bytes)
    }

    private static func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: 0, problem: problem)
    }
}

extension CCAToken {
    /// Whether the platform is in the secured state (§A7.2.3.2.6).
    package var isSecured: Bool { lifecycle & 0xFF00 == 0x3000 }

    /// COSE's numbers of the signature algorithms.
    package var platformAlgorithm: Int { platform.algorithm.rawValue }
    package var realmAlgorithm: Int { realm.algorithm.rawValue }

    /// Whether the realm's key is spelled as a COSE_Key.
    package var hasCOSEKey: Bool { realmKeyClaim.first != 4 }

    /// The realm's P-384 key.
    func realmKey() throws(MalformedBytes) -> PublicKey? {
        if realmKeyClaim.count == 97, realmKeyClaim[0] == 4 {
            return PublicKey.p384(realmKeyClaim.dropFirst())
        }
        let key = try CBORReader.decode(realmKeyClaim[...], "realm key")
        guard key[1]?.integer == 2, key[-1]?.integer == 2,
            case .bytes(let x)? = key[-2], case .bytes(let y)? = key[-3], x.count == 48,
            y.count == 48
        else { return nil }
        return PublicKey.p384((Array(x) + Array(y))[...])
    }

    /// The hash that binds the tokens.
    var realmKeyHash: HashAlgorithm? {
        switch realmKeyHashName {
        case "sha-256": .sha256
        case "sha-384": .sha384
        case "sha-512": .sha512
        default: nil
        }
    }

    /// Every claim as it lies in the token. Nothing here is verified; CBOR has no fixed offsets.
    package var fields: [EvidenceField] {
        func field(_ name: String, _ value: [UInt8]) -> EvidenceField {
            EvidenceField(name, at: 0, size: value.count, value.hexadecimal)
        }
        func field(_ name: String, _ value: String) -> EvidenceField {
            EvidenceField(name, at: 0, size: value.utf8.count, value.escapedForDisplay())
        }
        return [
            field("platform profile", platformProfile), field("platform challenge", challenge),
            field("implementation id", implementationID), field("instance id", instanceID),
            field("security lifecycle", "0x" + String(lifecycle, radix: 16)),
            field("software components", "\(componentCount)"),
            field("realm profile", realmProfile ?? "absent"),
            field("realm challenge", realmChallenge),
            field("initial measurement", initialMeasurement),
        ] + extensibleMeasurements.enumerated().map { field("extensible measurement \($0)", $1) }
            + [
                field("personalization value", personalizationValue),
                field("realm key", realmKeyClaim), field("realm key hash", realmKeyHashName),
            ]
    }
}
