/// The bounds of the keep protocol.
package struct KeepLimits: Equatable, Sendable {
    /// Bytes of one frame's content.
    package static let frameBytes = 1 << 20
    /// Bytes of content that one chunk carries at most.
    package static let chunkBytes = 256 << 10
    /// Bytes of a path.
    package static let pathBytes = 4096
    /// Files that one message lists: even the longest paths fit into a frame.
    package static let listedFiles = 200
    /// Files that are sent to a directory, or kept of it at the end.
    package static let filesOfDirectory = 4096
    /// Bytes of standard input that may be on their way.
    package static let inputWindowBytes: UInt64 = 256 << 10

    /// Bytes of module and code image together.
    package var workloadBytes: UInt64 = 256 << 20
    /// Bytes of all input files together.
    package var inputBytes: UInt64 = 256 << 20
    /// Connections at the same time.
    package var connections = 64

    package init() {}
}
