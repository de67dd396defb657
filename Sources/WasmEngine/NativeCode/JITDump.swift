internal import Platform

/// Where and what the machine code of modules is, as `perf inject --jit` reads it, so that `perf` shows
/// names and annotates instructions.
///
/// Source: Linux, tools/perf/Documentation/jitdump-specification.txt, version 1.
struct JITDump {
    private(set) var bytes: [UInt8] = []
    private let process: UInt32
    private let timestamp: UInt64
    private var count: UInt64 = 0

    init(process: UInt32, timestamp: UInt64) {
        self.process = process
        self.timestamp = timestamp
        append(0x4A69_5444 as UInt32)  // "JiTD"
        append(1 as UInt32)
        append(40 as UInt32)
        append(62 as UInt32)  // EM_X86_64
        append(0 as UInt32)
        append(process)
        append(timestamp)
        append(0 as UInt64)
    }

    private mutating func append<T: FixedWidthInteger>(_ value: T) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends a record of a function's code (JIT_CODE_LOAD). Zeros in its name are question marks.
    mutating func append(function name: String, at address: UInt, code: UnsafeRawBufferPointer) {
        append(0 as UInt32)
        append(UInt32(56 + name.utf8.count + 1 + code.count))
        append(timestamp)
        append(process)
        append(process)
        append(UInt64(address))
        append(UInt64(address))
        append(UInt64(code.count))
        append(count)
        for byte in name.utf8 { bytes.append(byte == 0 ? UInt8(ascii: "?") : byte) }
        bytes.append(0)
        unsafe bytes.append(contentsOf: code)
        count += 1
    }
}

extension LoadedModule {
    /// Makes the text of images executable as far as it will ever be. What comes later would look
    /// newer than the names that a profile gives its functions.
    package func settleText() {
        for image in nativeImages { image.file?.admitText() }
    }

    /// The machine code of all functions in the jitdump format, after ``settleText()``.
    ///
    /// - Parameter timestamp: of the monotonic clock, in nanoseconds.
    package func jitDump(process: UInt32, timestamp: UInt64) -> [UInt8] {
        var dump = JITDump(process: process, timestamp: timestamp)
        let names = functionNames
        for image in nativeImages {
            let text = unsafe image.readableText
            for range in image.functionRanges {
                let name = names[range.index] ?? "function[\(range.index)]"
                let code = unsafe UnsafeRawBufferPointer(
                    rebasing: text[Int(range.lower)..<Int(range.upper)])
                unsafe dump.append(
                    function: name, at: UInt(bitPattern: image.base) + UInt(range.lower),
                    code: code)
            }
        }
        return dump.bytes
    }
}
