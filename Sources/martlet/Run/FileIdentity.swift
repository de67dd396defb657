import Bytes
import Platform

/// What tells that a file is the one met before, without reading it: device, inode, size and both
/// times of change. Whoever changes a file can not set its change time.
struct FileIdentity: Sendable {
    /// The identity as a part of a file's name.
    let name: String
    /// Device and inode alone: what a file keeps when it is written to.
    let place: String

    /// A file that was changed so lately that it could be changed again within the clock's step is not
    /// told apart; there is no identity then.
    private static let settledNanoseconds: Int64 = 2_000_000_000

    init?(_ status: FileStatus) {
        let now = Int64(clamping: SystemClockID.realtime.nanoseconds)
        let latest = max(status.modificationTime, status.changeTime)
        guard status.kind == .regularFile, now > latest,
            now - latest > Self.settledNanoseconds
        else { return nil }
        place = "\(status.device.hexadecimal)-\(status.inode.hexadecimal)"
        let size = UInt64(bitPattern: status.sizeBytes).hexadecimal
        let modified = UInt64(bitPattern: status.modificationTime).hexadecimal
        let changed = UInt64(bitPattern: status.changeTime).hexadecimal
        name = "\(place)-\(size)-\(modified)-\(changed)"
    }
}
