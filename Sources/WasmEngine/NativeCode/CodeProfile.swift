internal import CPlatform
internal import Platform

/// Where guests' machine code spends its time: samples of its frames while it runs.
@safe
package final class CodeProfile {
    private static let sampleWords = Int(MARTLET_NATIVE_TRACE_LIMIT) + 1
    private static let sampleLimit = 1 << 16
    private let words: UnsafeMutablePointer<UInt64>

    /// Starts taking samples, in one process at most one at a time.
    ///
    /// - Returns: nil where there is no machine code.
    package init?(intervalMicroseconds: Int) {
        let count = Self.sampleWords * Self.sampleLimit
        unsafe words = .allocate(capacity: count)
        let status = unsafe martlet_native_start_sampling(words, count, intervalMicroseconds)
        if status < 0 {
            unsafe words.deallocate()
            return nil
        }
    }

    /// Ends sampling and gives the stacks of a store's guests, outermost function first, with the
    /// number of samples each. A stack without functions is time outside of machine code.
    package func finish(_ store: Store) -> [(functions: [String], count: Int)] {
        let used = martlet_native_stop_sampling()
        defer { unsafe words.deallocate() }
        var counts: [[String]: Int] = [:]
        var position = 0
        while position < used {
            let count = unsafe Int(words[position])
            let places = (0..<count).map { unsafe UInt(words[position + 1 + $0]) }
            let frames = store.native?.frames(places) ?? []
            let names = frames.reversed().map { $0.name ?? "function \($0.functionIndex)" }
            counts[names, default: 0] += 1
            position += Self.sampleWords
        }
        return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { ($0.key, $0.value) }
    }
}

extension LoadedModule {
    /// Where the machine code of each function lies, in the lines of a `perf` map: start and size
    /// in hexadecimal, name. Control characters of names are question marks.
    package var perfMap: [UInt8] {
        let names = functionNames
        var lines: [UInt8] = []
        for image in nativeImages {
            for function in image.listing {
                let name = names[function.index] ?? "function[\(function.index)]"
                lines += String(function.start, radix: 16).utf8
                lines.append(UInt8(ascii: " "))
                lines += String(function.byteCount, radix: 16).utf8
                lines.append(UInt8(ascii: " "))
                for byte in name.utf8 { lines.append(byte < 0x20 ? UInt8(ascii: "?") : byte) }
                lines.append(UInt8(ascii: "\n"))
            }
        }
        return lines
    }
}

extension NativeImage {
    /// Address and size of every function's code.
    fileprivate var listing: [(index: UInt32, start: UInt, byteCount: Int)] {
        let start = UInt(bitPattern: unsafe base)
        return functionRanges.map {
            ($0.index, start + UInt($0.lower), Int($0.upper - $0.lower))
        }
    }
}
