internal import Cryptography

/// Wipes `count` bytes in a way that the optimiser keeps.
func wipeMemory(_ start: UnsafeMutableRawPointer, _ count: Int) {
    // SAFETY: the caller owns `count` bytes from `start`.
    unsafe wipe(UnsafeMutableRawBufferPointer(start: start, count: count))
}
