package import Platform

/// The running kernel's files, or those below another root.
package struct SystemKernelFiles: KernelFiles {
    private let root: String

    /// - Parameter root: prefix of every path; empty for the running system.
    package init(root: String = "") { self.root = root }

    private func name(_ path: String) throws(Errno) -> PathName {
        guard let name = PathName(root + path) else { throw .EINVAL }
        return name
    }

    private func open(_ path: String, _ flags: OpenFlags) throws(Errno) -> FileDescriptor {
        try BorrowedDescriptor.currentDirectory.open(try name(path), flags)
    }

    package func exists(_ path: String) -> Bool { (try? open(path, .pathOnly)) != nil }

    package func makeDirectory(_ path: String) throws(Errno) {
        try BorrowedDescriptor.currentDirectory.makeDirectory(try name(path), mode: 0o700)
    }

    package func removeDirectory(_ path: String) throws(Errno) {
        try BorrowedDescriptor.currentDirectory.removeDirectory(try name(path))
    }

    package func read(_ path: String, limitBytes: Int) throws(Errno) -> [UInt8] {
        let file = try open(path, .readOnly)
        return try file.borrowed.readAll(limitBytes: limitBytes)
    }

    package func write(_ path: String, _ bytes: [UInt8]) throws(Errno) {
        let file = try open(path, .writeOnly)
        let count = try unsafe bytes.withUnsafeBufferPointer {
            (buffer) throws(Errno) -> Int in
            // SAFETY: the buffer outlives the call.
            try unsafe file.borrowed.write(from: UnsafeRawBufferPointer(buffer))
        }
        guard count == bytes.count else { throw .EIO }
    }

    private func device(_ path: String) throws(SEVGuestFailure) -> FileDescriptor {
        do throws(Errno) {
            return try open(path, .readWrite)
        } catch {
            throw .refused(error, exitInfo: 0)
        }
    }

    package func extendedReport(
        _ path: String, _ request: [UInt8]
    ) throws(SEVGuestFailure) -> (response: [UInt8], certificates: [UInt8]) {
        let file = try device(path)
        return try file.borrowed.sevGuestExtendedReport(request)
    }

    package func report(_ path: String, _ request: [UInt8]) throws(SEVGuestFailure) -> [UInt8] {
        let file = try device(path)
        return try file.borrowed.sevGuestReport(request)
    }

    package func derivedKey(_ path: String, _ request: [UInt8]) throws(SEVGuestFailure) -> [UInt8] {
        let file = try device(path)
        return try file.borrowed.sevGuestDerivedKey(request)
    }

    package func pause(milliseconds: Int) { sleepFor(milliseconds: milliseconds) }
}
