internal import COpenSSL
import Glibc

/// What lets OpenSSL use a socket without being ended by SIGPIPE: its own socket BIO writes with
/// write(2).
enum SocketBIO {
    private static let readFlag: Int32 = 0x01
    private static let writeFlag: Int32 = 0x02
    private static let retryFlag: Int32 = 0x08
    private static let endFlag: Int32 = 0x800
    private static let allFlags: Int32 = 0x0f

    // SAFETY: made once, never changed or freed.
    private nonisolated(unsafe) static let method: OpaquePointer? = unsafe makeMethod()

    /// A BIO over a descriptor that somebody else closes; nil when there is no memory.
    static func make(_ descriptor: Int32) -> OpaquePointer? {
        guard let method = unsafe method else { return nil }
        guard let bio = unsafe BIO_new(method) else { return nil }
        // SAFETY: the pointer is a number in disguise and never followed.
        unsafe BIO_set_data(bio, UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1))
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    private static func descriptor(_ bio: OpaquePointer?) -> Int32 {
        Int32(truncatingIfNeeded: Int(bitPattern: unsafe BIO_get_data(bio)) - 1)
    }

    private static func makeMethod() -> OpaquePointer? {
        // BIO_TYPE_SOURCE_SINK: an end of a chain of BIOs.
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | 0x0400, "martlet socket")
        else { return nil }
        // SAFETY: OpenSSL calls these with its own BIO and a buffer of `count` bytes.
        unsafe BIO_meth_set_read(method) { bio, buffer, count in
            unsafe BIO_clear_flags(bio, SocketBIO.allFlags)
            let got = unsafe recv(SocketBIO.descriptor(bio), buffer, Int(count), 0)
            if got < 0, SocketBIO.isTransient(errno) {
                unsafe BIO_set_flags(bio, SocketBIO.readFlag | SocketBIO.retryFlag)
            } else if got == 0 {
                unsafe BIO_set_flags(bio, SocketBIO.endFlag)
            }
            return Int32(truncatingIfNeeded: got)
        }
        unsafe BIO_meth_set_write(method) { bio, buffer, count in
            unsafe BIO_clear_flags(bio, SocketBIO.allFlags)
            let sent = unsafe send(
                SocketBIO.descriptor(bio), buffer, Int(count), Int32(MSG_NOSIGNAL))
            if sent < 0, SocketBIO.isTransient(errno) {
                unsafe BIO_set_flags(bio, SocketBIO.writeFlag | SocketBIO.retryFlag)
            }
            return Int32(truncatingIfNeeded: sent)
        }
        unsafe BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: 1
            case BIO_CTRL_EOF: unsafe BIO_test_flags(bio, SocketBIO.endFlag) != 0 ? 1 : 0
            default: 0
            }
        }
        return unsafe method
    }

    private static func isTransient(_ error: Int32) -> Bool {
        error == EAGAIN || error == EINTR
    }
}
