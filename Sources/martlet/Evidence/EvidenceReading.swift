import Attestation
import Bytes
import Diagnostics

/// Reads evidence and collateral from the files that a person has.
enum EvidenceReading {
    /// Reads evidence: a bundle, or the bare evidence of a format, as bytes or hexadecimal text.
    static func bundle(
        _ path: String, format: EvidenceFormat?
    ) throws(Diagnostic) -> EvidenceBundle {
        let bytes = plain(try InputFile.bytes(path))
        if format == nil, bytes.first == 0xa3,
            let bundle = try? EvidenceBundle(decoding: bytes[...])
        {
            return bundle
        }
        guard let found = format ?? EvidenceFormat.detect(bytes[...]) else {
            throw Diagnostic(
                what: "\(bytes.count) bytes that look like no known evidence", where: path,
                remedy: "say --format to try one of "
                    + EvidenceFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return EvidenceBundle(found, bytes)
    }

    /// The bytes that hexadecimal text spells, or the bytes themselves.
    private static func plain(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count <= 1 << 20,
            let text = String(
                validating: bytes.filter { ![0x20, 0x0a, 0x0d].contains($0) }, as: UTF8.self),
            let decoded = [UInt8](hexadecimal: text), !decoded.isEmpty
        else { return bytes }
        return decoded
    }

    /// Reads collateral from a directory or a file into the parts of a bundle.
    static func collateral(
        _ path: String, for format: EvidenceFormat
    ) throws(Diagnostic) -> [String: [UInt8]] {
        var files: [(name: String, bytes: [UInt8])] = []
        if let names = try InputFile.names(in: path) {
            for name in names {
                let file = "\(path)/\(name)"
                files.append((file, try InputFile.bytes(file)))
            }
        } else {
            files.append((path, try InputFile.bytes(path)))
        }
        do throws(EvidenceRejection) {
            return try CollateralFiles.parts(of: files, for: format)
        } catch {
            throw error.diagnostic
        }
    }
}
