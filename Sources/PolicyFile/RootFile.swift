import Attestation
import Bytes

/// A file with roots that a policy trusts besides the vendors' own.
package struct RootFile: Equatable, Sendable {
    /// Whose evidence the roots are for, by the key in the policy's `[roots]`.
    package enum Vendor: String, Sendable, CaseIterable {
        /// SEV-SNP: ARK certificates.
        case amd
        /// SGX and TDX: root CA certificates.
        case intel
        /// Nitro: root certificates.
        case aws
        /// CCA: enrolled platform keys in JSON.
        case arm
        /// Certificates whose common names say whose they are: `ARK-…`, `…Nitro…`, or else Intel's.
        case extra
    }

    package let vendor: Vendor
    /// As written in the policy.
    package let path: String
    /// The line that names it.
    package let line: Int

    /// Adds what the file holds.
    func add(_ bytes: [UInt8], to roots: inout TrustRoots) throws(MalformedBytes) {
        if vendor == .arm {
            roots.arm.append(try ARMTrustAnchor(json: bytes[...]))
            return
        }
        let encodings = bytes.first == 0x30 ? [bytes] : try PEM.decode(bytes[...])
        for encoding in encodings {
            let certificate = try Certificate(decoding: encoding[...])
            let anchor = TrustAnchor(certificate)
            switch vendor {
            case .amd: roots.amd.append(anchor)
            case .intel: roots.intel.append(anchor)
            case .aws: roots.aws.append(anchor)
            case .arm: break
            case .extra:
                switch certificate.subject.commonName {
                case let name? where name.hasPrefix("ARK-"): roots.amd.append(anchor)
                case let name? where name.contains("Nitro"): roots.aws.append(anchor)
                default: roots.intel.append(anchor)
                }
            }
        }
    }
}
