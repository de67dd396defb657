internal import COpenSSL

/// OpenSSL's own words for what failed.
enum TLSError {
    /// Takes the first error of this thread's queue and forgets the others.
    static func take() -> (code: UInt, words: String) {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else {
            return (code, "no reason given")
        }
        // SAFETY: a constant, terminated string of the library.
        return (code, unsafe String(cString: text))
    }

    /// The reason number of an error code (ERR_GET_REASON).
    static func reason(_ code: UInt) -> Int32 { Int32(truncatingIfNeeded: code & 0x7f_ffff) }
}
