internal import CPlatform
import Glibc

/// The kernel's random number generator (getrandom(2)).
package enum SystemRandom {
    /// Fills `buffer` with random bytes.
    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
        guard let base = buffer.baseAddress else { return }
        var done = 0
        while done < buffer.count {
            // SAFETY: the pointer and count stay inside the buffer.
            let count = unsafe martlet_random(base + done, buffer.count - done)
            if count != -Int(EINTR) { done += try checked(count) }
        }
    }

    /// `count` random bytes.
    package static func bytes(_ count: Int) throws(Errno) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        try unsafe result.withUnsafeMutableBufferPointer { (buffer) throws(Errno) in
            try unsafe fill(UnsafeMutableRawBufferPointer(buffer))
        }
        return result
    }
}

/// Overwrites secrets with zeros in a way that the optimiser keeps (explicit_bzero(3)).
package func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let base = buffer.baseAddress else { return }
    // SAFETY: the buffer bounds the write.
    unsafe martlet_wipe(base, buffer.count)
}

/// Overwrites an array's storage with zeros. Copies made earlier are not reached.
package func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { unsafe wipe($0) }
}
