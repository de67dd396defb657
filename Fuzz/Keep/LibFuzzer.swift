/// The reader that this executable is for: `Scripts/fuzz.sh` gives it the name of one.
private let target: KeepFuzz = {
    let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
    guard let target = KeepFuzz(rawValue: name) else {
        preconditionFailure("\(name) is no fuzz target: link the executable by the name of one")
    }
    return target
}()

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // SAFETY: libFuzzer's pointer and count are of one buffer that outlives the call.
    target.run(unsafe [UInt8](UnsafeBufferPointer(start: data, count: count)))
    return 0
}
