/// An Extension of RFC 5280 §4.1: its type, whether it is critical, and its value's bytes.
package struct CertificateExtension: Equatable, Sendable {
    package let type: OID
    package let isCritical: Bool
    /// The content of extnValue, an OCTET STRING.
    package let value: ArraySlice<UInt8>
}
