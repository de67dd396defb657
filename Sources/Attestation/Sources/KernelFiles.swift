package import Platform

/// The files through which a kernel gives evidence. Passed in, so that a test can play a kernel.
package protocol KernelFiles: Sendable {
    /// Whether there is something at a path.
    func exists(_ path: String) -> Bool
    /// mkdir(2).
    func makeDirectory(_ path: String) throws(Errno)
    /// rmdir(2).
    func removeDirectory(_ path: String) throws(Errno)
    /// Opens, reads to the end and closes.
    func read(_ path: String, limitBytes: Int) throws(Errno) -> [UInt8]
    /// Opens, writes with exactly one write(2) and closes.
    func write(_ path: String, _ bytes: [UInt8]) throws(Errno)
    /// SNP_GET_EXT_REPORT on a device.
    func extendedReport(
        _ path: String, _ request: [UInt8]
    ) throws(SEVGuestFailure) -> (response: [UInt8], certificates: [UInt8])
    /// SNP_GET_REPORT on a device.
    func report(_ path: String, _ request: [UInt8]) throws(SEVGuestFailure) -> [UInt8]
    /// SNP_GET_DERIVED_KEY on a device.
    func derivedKey(_ path: String, _ request: [UInt8]) throws(SEVGuestFailure) -> [UInt8]
    /// Waits before another attempt.
    func pause(milliseconds: Int)
}
