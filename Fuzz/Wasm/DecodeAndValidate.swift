import Wasm

/// Decodes and validates `bytes`: any outcome is right but a crash, a hang or memory without bound.
///
/// What validates must also be walked by those who trust validation: the summary, the names and the
/// constant expressions.
///
/// - Returns: whether the module is valid.
@discardableResult
func fuzzDecodeAndValidate(_ bytes: [UInt8]) -> Bool {
    do throws(WasmError) {
        let module = try ModuleDecoder.decode(bytes)
        _ = NameSection(module).functionName(0)
        let valid = try ModuleValidator.validate(module)
        _ = try ModuleSummary(valid)
        return true
    } catch {
        _ = error.description
        return false
    }
}

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    fuzzDecodeAndValidate(unsafe [UInt8](UnsafeBufferPointer(start: data, count: count)))
    return 0
}
