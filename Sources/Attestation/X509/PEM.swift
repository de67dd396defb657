package import Bytes

/// Textual encodings of certificates (RFC 7468), strictly: only whole blocks, only white space
/// between them.
package enum PEM {
    /// Most bytes of text that are read.
    package static let maximumBytes = 256 * 1024

    /// The contents of every block, all of which must carry `label`.
    ///
    /// - Parameter allowsTrailingNull: Intel's quotes end their chain in a NUL byte.
    package static func decode(
        _ text: ArraySlice<UInt8>, label: String = "CERTIFICATE", allowsTrailingNull: Bool = false
    ) throws(MalformedBytes) -> [[UInt8]] {
        guard text.count <= maximumBytes else {
            throw MalformedBytes(
                field: "PEM", offset: 0,
                problem: "\(text.count) bytes; at most \(maximumBytes) are read")
        }
        var text = text
        if allowsTrailingNull, text.last == 0 { text = text.dropLast() }
        var blocks: [[UInt8]] = []
        var body: String?
        var offset = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            defer { offset += line.count + 1 }
            let content = String(decoding: line.filter { $0 != 0x0d }, as: UTF8.self)
            switch content {
            case "-----BEGIN \(label)-----" where body == nil: body = ""
            case "-----END \(label)-----" where body != nil:
                guard let base64 = body, let bytes = [UInt8](base64: base64), !bytes.isEmpty else {
                    throw malformed(offset, "block is not base64")
                }
                blocks.append(bytes)
                body = nil
            default:
                if let open = body {
                    body = open + content
                } else if content.contains(where: { $0 != " " && $0 != "\t" }) {
                    throw malformed(offset, "text outside a \(label) block")
                }
            }
        }
        guard body == nil else { throw malformed(offset, "\(label) block does not end") }
        guard !blocks.isEmpty else { throw malformed(0, "no \(label) block") }
        return blocks
    }

    private static func malformed(_ offset: Int, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: "PEM", offset: offset, problem: problem)
    }

    /// A block of that label, 64 columns wide.
    package static func encode(_ bytes: [UInt8], label: String = "CERTIFICATE") -> String {
        let base64 = Array(bytes.base64)
        let lines = stride(from: 0, to: base64.count, by: 64).map {
            String(base64[$0..<min($0 + 64, base64.count)])
        }
        return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""])
            .joined(separator: "\n")
    }
}
