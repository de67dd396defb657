package import Wasm

extension LoadedModule {
    /// The interpreter's code of a function as text, for people and golden tests: word, operation,
    /// `a`, `b`, `c`, further words in hexadecimal.
    ///
    /// - Throws: ``WasmError`` where the body does not validate.
    package func codeListing(function: UInt32) throws(WasmError) -> String {
        let variant = CodeVariant(isMetered: false, isDeterministic: false)
        var translator = try Translator(self, codeTable(variant), function: function)
        let words = try translator.translate().words
        var lines = ["frame \(words[0] & 0xFFFF_FFFF) slots"]
        var position = 1
        while position < words.count {
            let word = words[position]
            // SAFETY: the translator writes only tags there.
            let operation = unsafe unsafeBitCast(
                UInt16(truncatingIfNeeded: word), to: Operation.self)
            var count = operation.wordCount
            if case .branchTable = operation { count += (Int(word >> 32) + 2) / 2 }
            let fields = [16, 32, 48].map { String(word >> $0 & 0xFFFF) }
            let rest = words[position + 1..<min(position + count, words.count)]
                .map { String($0, radix: 16) }
            lines.append("\(position): \(operation) " + (fields + rest).joined(separator: " "))
            position += count
        }
        return lines.joined(separator: "\n")
    }
}
