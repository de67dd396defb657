package import Attestation
import Bytes
package import Diagnostics

/// Reads how an enclave is built: a layout in TOML, or its building steps one by one in JSON.
/// `Documentation/Formats/EnclaveLayout.md` describes both.
package enum EnclaveLayoutFile {
    /// Reads a layout.
    ///
    /// - Parameters:
    ///   - bytes: the file: JSON when it begins with a brace.
    ///   - name: its name, for errors.
    ///   - contents: gives the bytes of a file that the layout names.
    package static func read(
        _ bytes: [UInt8], name: String,
        contents: @escaping (String) throws(Diagnostic) -> [UInt8]
    ) throws(Diagnostic) -> EnclaveLayout {
        if bytes.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) == UInt8(ascii: "{") {
            do {
                return try steps(bytes)
            } catch {
                throw Diagnostic(what: error.description, where: name)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic(what: "is neither JSON nor UTF-8 text", where: name)
        }
        let document: TOMLTable
        do {
            document = try TOMLReader.decode(text)
        } catch {
            throw Diagnostic(what: error.problem, where: "\(name):\(error.line)")
        }
        var reader = EnclaveLayoutReader(file: name, contents: contents)
        return try reader.read(document)
    }

    /// Steps as they were made: ECREATE, then EADD and the page it adds, in turn.
    private static func steps(_ bytes: [UInt8]) throws(MalformedBytes) -> EnclaveLayout {
        var limits = JSONLimits()
        limits.maximumBytes = 64 << 20
        let list = try JSONReader.decode(bytes[...], limits: limits).member("steps").array("steps")
        func step(_ index: Int, _ kind: String) throws(MalformedBytes) -> JSONNode {
            let pair = try list[index].array("step")
            guard pair.count == 2, try pair[0].string("step") == kind else {
                throw MalformedBytes(
                    field: "step", offset: list[index].offset, problem: "must be \(kind)")
            }
            return pair[1]
        }
        guard list.count % 2 == 1 else {
            throw MalformedBytes(
                field: "steps", offset: 0, problem: "are not ECREATE and pairs of EADD and PAGE")
        }
        let create = try step(0, "ECREATE")
        let frames = try create.member("ssaframesize").unsigned("ssaframesize")
        var layout = try EnclaveLayout(
            size: try create.member("size").unsigned("size"),
            frameSize: UInt32(truncatingIfNeeded: min(frames, 1 << 20)))
        for index in stride(from: 1, to: list.count, by: 2) {
            let add = try step(index, "EADD")
            let page = try step(index + 1, "PAGE")
            let measured = try page.member("measured").boolean("measured")
            let content = try page.optionalMember("content_hex")
            try layout.add(
                EnclaveLayout.Area(
                    offset: try add.member("offset").unsigned("offset"), pageCount: 1,
                    flags: EnclaveLayout.Flags(
                        rawValue: try add.member("secinfo_flags").unsigned("secinfo_flags")),
                    isMeasured: measured,
                    content: try content?.hexadecimal("content_hex", count: 4096) ?? []))
        }
        return layout
    }
}
