internal import GuestRuntime

extension Clock {
    /// `clock_time_get`: nanoseconds.
    public func now(precision: UInt64 = 1) throws(Errno) -> UInt64 {
        var time: wasi_timestamp_t = 0
        try unsafe check(wasi_clock_time_get(rawValue, precision, &time))
        return time
    }

    /// `clock_res_get`: nanoseconds.
    public func resolution() throws(Errno) -> UInt64 {
        var time: wasi_timestamp_t = 0
        try unsafe check(wasi_clock_res_get(rawValue, &time))
        return time
    }
}

/// Sleeps on the monotonic clock.
public func sleep(nanoseconds: UInt64) throws(Errno) {
    _ = try poll([.clock(.monotonic, nanoseconds: nanoseconds)])
}

/// Entropy of the host (`random_get`), as bytes and as a generator for the standard library.
public struct HostRandom: RandomNumberGenerator, Sendable {
    /// A generator without state of its own.
    public init() {}

    /// Eight bytes. Traps when the host refuses: guessing on would be worse.
    public mutating func next() -> UInt64 {
        var value: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &value) {
            unsafe arc4random_buf($0.baseAddress, $0.count)
        }
        return value
    }

    /// `random_get`: fills an array.
    public static func fill(_ bytes: inout [UInt8]) throws(Errno) {
        let errno = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe wasi_random_get($0.baseAddress, wasi_size_t($0.count))
        }
        try check(errno)
    }
}
