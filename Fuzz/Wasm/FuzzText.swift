internal import Wasm

/// Reads foreign bytes as a module's text and as a script: each must end in a result or an error.
///
/// What assembles is decoded and validated too, as a program would do.
package func fuzzText(_ bytes: [UInt8]) {
    if let binary = try? TextParser.assemble(bytes) { decodeAndValidate(binary) }
    guard let commands = try? ScriptParser.parse(bytes) else { return }
    for command in commands {
        guard case .module(let module) = command.operation else { continue }
        if let binary = try? module.assemble() { decodeAndValidate(binary) }
    }
}

private func decodeAndValidate(_ binary: [UInt8]) {
    guard let module = try? ModuleDecoder.decode(binary) else { return }
    _ = try? ModuleValidator.validate(module)
}

/// libFuzzer's entry: `Fuzz/build Wasm/FuzzText.swift Bytes Diagnostics Wasm`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // SAFETY: libFuzzer's data has `count` bytes.
    fuzzText(unsafe [UInt8](UnsafeBufferPointer(start: data, count: count)))
    return 0
}
