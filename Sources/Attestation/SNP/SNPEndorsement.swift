import Bytes
import Diagnostics

/// What a VCEK or VLEK certificate says in AMD's own extensions (AMD document 57230, VCEK certificate
/// and KDS interface specification, §3).
package struct SNPEndorsement: Equatable, Sendable {
    package let productName: String
    package let productLine: SNPProductLine
    /// The TCB version that the key belongs to, all eight bytes.
    package let tcb: SNPTCBVersion
    /// The chip's identifier, 64 bytes or 8 on Turin; absent in a VLEK.
    package let hardwareID: [UInt8]?
    /// The cloud provider a VLEK belongs to; absent in a VCEK.
    package let providerID: String?

    private static let arc = OID(1, 3, 6, 1, 4, 1, 3704, 1)

    /// Reads the extensions of a certificate.
    init(_ certificate: Certificate) throws(MalformedBytes) {
        let productName = try Self.text(certificate, 2, "productName")
        guard let line = SNPProductLine(productName: productName) else {
            throw MalformedBytes(
                field: "productName", offset: 0,
                problem: "\(productName.escapedForDisplay()) is no product known here")
        }
        _ = try Self.integer(certificate, Self.arc.appending(1), "structVersion")
        let components = Self.arc.appending(3)
        // Extensions 3.N by the byte of TCB_VERSION they speak of.
        let order: [UInt64] =
            line == .turin ? [9, 1, 2, 3, 5, 6, 7, 8] : [1, 2, 4, 5, 6, 7, 3, 8]
        var bytes: [UInt8] = []
        for number in order {
            let value = try Self.integer(
                certificate, components.appending(number), "SPL extension 3.\(number)")
            bytes.append(UInt8(value))
        }
        let unexpected = components.appending(line == .turin ? 4 : 9)
        guard certificate.value(of: unexpected) == nil else {
            throw MalformedBytes(
                field: "\(unexpected)", offset: 0, problem: "does not belong to \(productName)")
        }
        self.productName = productName
        productLine = line
        tcb = SNPTCBVersion(bytes: bytes)
        hardwareID = certificate.value(of: Self.arc.appending(4)).map(Array.init)
        providerID =
            certificate.value(of: Self.arc.appending(5)) == nil
            ? nil : try Self.text(certificate, 5, "cspID")
    }

    private static func element(
        _ certificate: Certificate, _ type: OID, _ field: String
    ) throws(MalformedBytes) -> DERReader {
        guard let value = certificate.value(of: type) else {
            throw MalformedBytes(field: field, offset: 0, problem: "extension \(type) is missing")
        }
        return DERReader(value)
    }

    private static func integer(
        _ certificate: Certificate, _ type: OID, _ field: String
    ) throws(MalformedBytes) -> Int {
        var reader = try element(certificate, type, field)
        let value = try reader.integer(field, maximum: 255)
        try reader.expectEnd(field)
        return value
    }

    private static func text(
        _ certificate: Certificate, _ number: UInt64, _ field: String
    ) throws(MalformedBytes) -> String {
        var reader = try element(certificate, arc.appending(number), field)
        let content = try reader.element(.ia5String, field)
        try reader.expectEnd(field)
        guard content.content.allSatisfy({ 0x20...0x7e ~= $0 }) else {
            throw content.malformed(field, "is not printable ASCII")
        }
        return String(decoding: content.content, as: UTF8.self)
    }
}
