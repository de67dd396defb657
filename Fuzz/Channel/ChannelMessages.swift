import AttestedTLS

/// libFuzzer's entry; `Scripts/fuzz.sh` names the rooms it is built from.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // SAFETY: libFuzzer's data has `count` bytes.
    ChannelDecoders.read(unsafe [UInt8](UnsafeBufferPointer(start: data, count: count)))
    return 0
}
