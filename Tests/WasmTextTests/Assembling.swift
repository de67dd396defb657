import Wasm

/// The sections of a module, by number; custom sections by name.
struct Sections: Equatable {
    var standard: [UInt8: [UInt8]] = [:]
    var custom: [String: [UInt8]] = [:]

    init(_ module: [UInt8]) {
        var index = 8
        func number() -> Int {
            var value = 0
            var shift = 0
            while true {
                let byte = module[index]
                index += 1
                value |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { return value }
            }
        }
        while index < module.count {
            let id = module[index]
            index += 1
            let end = number() + index
            if id == 0 {
                let nameEnd = number() + index
                let name = String(decoding: module[index..<nameEnd], as: UTF8.self)
                custom[name] = Array(module[nameEnd..<end])
            } else {
                standard[id] = Array(module[index..<end])
            }
            index = end
        }
    }
}

/// The sections of what `text` assembles to.
func sections(_ text: String) throws -> Sections { Sections(try TextParser.assemble(text)) }

/// The body of the only function of `text`: what follows its size.
func body(_ text: String) throws -> [UInt8] {
    let code = try sections(text).standard[10] ?? []
    return Array(code.dropFirst(2))
}

/// The error that `text` is rejected with.
func rejection(_ text: String) -> TextError? {
    do throws(TextError) {
        _ = try TextParser.assemble(text)
        return nil
    } catch {
        return error
    }
}
