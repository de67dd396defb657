package import Bytes

/// Textual encodings of certificates (RFC 7468), strictly: only whole blocks, only white space
/// between them.
package enum PEM {
    /// Most bytes of text that are read.
    package static let maximumBytes = 256 * 1024
    /// Most blocks that are read; no chain here has more than four certificates.
    package static let maximumBlocks = 16

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
        var rest = text
        if allowsTrailingNull, rest.last == 0 { rest = rest.dropLast() }
        let begin = Array("-----BEGIN \(label)-----".utf8)
        let end = Array("-----END \(label)-----".utf8)
        var blocks: [[UInt8]] = []
        var body: [UInt8] = []
        var isOpen = false
        while !rest.isEmpty {
            let offset = rest.startIndex - text.startIndex
            let line = takeLine(&rest)
            if !isOpen, line.elementsEqual(begin) {
                guard blocks.count < maximumBlocks else {
                    throw malformed(offset, "more than \(maximumBlocks) blocks")
                }
                isOpen = true
            } else if isOpen, line.elementsEqual(end) {
                guard let bytes = [UInt8](base64: String(decoding: body, as: UTF8.self)),
                    !bytes.isEmpty
                else { throw malformed(offset, "block is not base64") }
                blocks.append(bytes)
                body = []
                isOpen = false
            } else if isOpen {
                body += line
            } else if line.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
                throw malformed(offset, "text outside a \(label) block")
            }
        }
        guard !isOpen else { throw malformed(text.count, "\(label) block does not end") }
        guard !blocks.isEmpty else { throw malformed(0, "no \(label) block") }
        return blocks
    }

    /// Takes a line without its end, LF or CR LF.
    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let end = rest.firstIndex(of: 0x0a) ?? rest.endIndex
        let line = rest[..<end]
        rest = end < rest.endIndex ? rest[(end + 1)...] : []
        return line.last == 0x0d ? line.dropLast() : line
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
