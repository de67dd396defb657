import Foundation

/// Just enough of the binary format (core spec, 5.5.2) to find the size of a code section.
enum WasmSections {
    /// Bytes of the section with this id, or 0 when the module has none or is not one.
    static func size(of wanted: UInt8, in module: Data) -> Int {
        var at = module.startIndex + 8
        while at < module.endIndex {
            let id = module[at]
            at += 1
            var size = 0
            var shift = 0
            while at < module.endIndex, shift < 35 {
                let byte = module[at]
                at += 1
                size |= Int(byte & 0x7f) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            if id == wanted { return size }
            at += size
        }
        return 0
    }
}
