import Bytes
import Diagnostics

/// An AWS Nitro Enclaves attestation document, decoded and not believed.
///
/// Source: AWS Nitro Enclaves SDK, "Attestation process" (attestation_process.md, §3).
package struct NitroDocument: Sendable {
    /// Most bytes of a document.
    package static let maximumBytes = 64 * 1024

    /// The document as received.
    package let bytes: [UInt8]
    let message: COSESign1
    /// Identifier of the enclave's module: instance and enclave.
    package let moduleID: String
    /// When the document was made, in milliseconds since 1970.
    package let timestampMilliseconds: UInt64
    /// Platform configuration registers by index, 48 bytes each.
    package let registers: [UInt8: [UInt8]]
    /// The certificate of the signing key, DER.
    package let certificate: [UInt8]
    /// Issuers, root first, DER.
    package let authorities: [[UInt8]]
    /// A key that the enclave asks others to encrypt to.
    package let publicKey: [UInt8]?
    package let userData: [UInt8]?
    package let nonce: [UInt8]?

    /// Decodes a document.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        let place = EvidenceFormat.nitro.title
        do throws(MalformedBytes) {
            try self.init(strictly: bytes)
        } catch {
            throw EvidenceRejection(error, in: place)
        }
    }

    private init(strictly bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumBytes else {
            throw Self.malformed("document", "\(bytes.count) bytes; at most \(Self.maximumBytes)")
        }
        self.bytes = Array(bytes)
        message = try COSESign1(decoding: bytes, rules: .indefinite)
        let payload = try CBORReader.decode(message.payload, rules: .indefinite, "payload")
        let known = [
            "module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle", "public_key",
            "user_data", "nonce",
        ]
        guard case .map(let entries) = payload else {
            throw Self.malformed("payload", "is no map")
        }
        for entry in entries {
            guard case .text(let name) = entry.key, known.contains(name) else {
                throw Self.malformed("payload", "has a member that is not known")
            }
        }
        guard case .text(let module)? = payload["module_id"], !module.isEmpty else {
            throw Self.malformed("module_id", "is no text")
        }
        guard case .text("SHA384")? = payload["digest"] else {
            throw Self.malformed("digest", "is not SHA384")
        }
        guard case .unsigned(let time)? = payload["timestamp"], time > 0 else {
            throw Self.malformed("timestamp", "is no positive number")
        }
        moduleID = module
        timestampMilliseconds = time
        registers = try Self.registers(payload["pcrs"])
        certificate = try Self.required(payload["certificate"], "certificate", 1...1024)
        authorities = try Self.authorities(payload["cabundle"])
        publicKey = try Self.optional(payload["public_key"], "public_key", 1...1024)
        userData = try Self.optional(payload["user_data"], "user_data", 0...512)
        nonce = try Self.optional(payload["nonce"], "nonce", 0...512)
    }

    private static func registers(
        _ value: CBORValue?
    ) throws(MalformedBytes) -> [UInt8: [UInt8]] {
        guard case .map(let entries)? = value, 1...32 ~= entries.count else {
            throw malformed("pcrs", "is no map of 1 to 32 registers")
        }
        var registers: [UInt8: [UInt8]] = [:]
        for entry in entries {
            guard case .unsigned(let index) = entry.key, index < 32 else {
                throw malformed("pcrs", "has an index that is not 0 to 31")
            }
            registers[UInt8(index)] = try required(entry.value, "PCR\(index)", 48...48)
        }
        return registers
    }

    private static func authorities(_ value: CBORValue?) throws(MalformedBytes) -> [[UInt8]] {
        guard case .array(let elements)? = value, 1...8 ~= elements.count else {
            throw malformed("cabundle", "is no array of 1 to 8 certificates")
        }
        var list: [[UInt8]] = []
        for element in elements { list.append(try required(element, "cabundle", 1...1024)) }
        return list
    }

    private static func required(
        _ value: CBORValue?, _ field: String, _ sizes: ClosedRange<Int>
    ) throws(MalformedBytes) -> [UInt8] {
        guard case .bytes(let bytes)? = value, sizes.contains(bytes.count) else {
            throw malformed(
                field, "is no string of \(sizes.lowerBound) to \(sizes.upperBound) bytes")
        }
        return Array(bytes)
    }

    private static func optional(
        _ value: CBORValue?, _ field: String, _ sizes: ClosedRange<Int>
    ) throws(MalformedBytes) -> [UInt8]? {
        switch value {
        case nil, .null?: nil
        default: try required(value, field, sizes)
        }
    }

    private static func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: 0, problem: problem)
    }
}

extension NitroDocument {
    /// Whether an enclave in debug mode made it: its measurements are zero.
    package var isDebug: Bool {
        (0...2).allSatisfy { registers[$0]?.allSatisfy { $0 == 0 } ?? true }
    }

    /// Every field as it lies in the document. Nothing here is verified; CBOR has no fixed offsets.
    package var fields: [EvidenceField] {
        func field(_ name: String, _ size: Int, _ value: String) -> EvidenceField {
            EvidenceField(name, at: 0, size: size, value)
        }
        var list = [
            field("module_id", moduleID.utf8.count, moduleID.escapedForDisplay()),
            field("digest", 6, "SHA384"),
            field("timestamp", 8, "\(timestampMilliseconds) ms since 1970"),
        ]
        for index in registers.keys.sorted() {
            list.append(field("PCR\(index)", 48, registers[index]?.hexadecimal ?? ""))
        }
        list.append(field("certificate", certificate.count, "\(certificate.count) bytes of DER"))
        for (index, authority) in authorities.enumerated() {
            list.append(
                field("cabundle[\(index)]", authority.count, "\(authority.count) bytes of DER"))
        }
        for (name, value) in [
            ("public_key", publicKey), ("user_data", userData), ("nonce", nonce),
        ] {
            list.append(field(name, value?.count ?? 0, value?.hexadecimal ?? "absent"))
        }
        list.append(field("signature", message.signature.count, message.signature.hexadecimal))
        return list
    }
}
