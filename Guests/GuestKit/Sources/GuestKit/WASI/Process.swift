internal import GuestRuntime

/// Arguments, environment, exit.
public enum Process {
    /// `args_get`: the arguments, the program's name first. Bytes that are not UTF-8 are repaired.
    public static var arguments: [String] {
        var count: wasi_size_t = 0
        var bytes: wasi_size_t = 0
        guard unsafe wasi_args_sizes_get(&count, &bytes) == 0 else { return [] }
        return unsafe texts(count, bytes, wasi_args_get).map { String(decoding: $0, as: UTF8.self) }
    }

    /// `environ_get`: pairs in the host's order; an entry without `=` has an empty value.
    public static var environment: [(name: String, value: String)] {
        var count: wasi_size_t = 0
        var bytes: wasi_size_t = 0
        guard unsafe wasi_environ_sizes_get(&count, &bytes) == 0 else { return [] }
        return unsafe texts(count, bytes, wasi_environ_get).map { entry in
            // Bytes, not characters: a "=" and an accent behind it would be one character.
            let nameEnd = entry.firstIndex(of: UInt8(ascii: "=")) ?? entry.endIndex
            return (
                String(decoding: entry[..<nameEnd], as: UTF8.self),
                String(decoding: entry[nameEnd...].dropFirst(), as: UTF8.self)
            )
        }
    }

    /// The value of a variable of the environment.
    public static func environment(_ name: String) -> String? {
        environment.first { $0.name == name }?.value
    }

    /// `proc_exit`, after buffered output is out. Hosts pass on codes 0 to 125.
    public static func exit(_ code: UInt32) -> Never { guest_exit(code) }

    /// `proc_raise`: a signal to this program; most hosts answer `ENOSYS` or `ENOTSUP`.
    public static func raise(_ signal: UInt8) throws(Errno) { try check(wasi_proc_raise(signal)) }

    /// `sched_yield`.
    public static func yield() throws(Errno) { try check(wasi_sched_yield()) }

    private static func texts(
        _ count: wasi_size_t, _ bytes: wasi_size_t,
        _ get: (
            UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?
        ) -> wasi_errno_t
    ) -> [ArraySlice<UInt8>] {
        // SAFETY: the host fills `count` addresses and `bytes` bytes, the sizes it has just said;
        // both buffers are that long. The offsets are used only inside the second one.
        var starts = unsafe [UnsafeMutablePointer<UInt8>?](repeating: nil, count: Int(count))
        var text = [UInt8](repeating: 0, count: Int(bytes))
        return unsafe starts.withUnsafeMutableBufferPointer { starts in
            unsafe text.withUnsafeMutableBufferPointer { text in
                guard unsafe get(starts.baseAddress, text.baseAddress) == 0 else { return [] }
                return split(unsafe Array(text))
            }
        }
    }

    private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0 {
            found.append(bytes[start..<index])
            start = index + 1
        }
        return found
    }
}
