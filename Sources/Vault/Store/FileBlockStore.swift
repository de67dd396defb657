package import Platform

/// A store in a file or on a block device: pread, pwrite, fdatasync.
package final class FileBlockStore: BlockStore {
    private let descriptor: FileDescriptor
    private let isDevice: Bool

    /// Opens an image that exists; nobody else may have it open for writing.
    ///
    /// - Throws: EAGAIN when another process uses the image.
    package convenience init(opening path: PathName, readOnly: Bool) throws(StoreFailure) {
        try self.init(path, readOnly ? [.readOnly] : [.readWrite], locks: !readOnly)
    }

    /// Makes a new, empty image, readable by its owner only.
    ///
    /// - Throws: EEXIST when the path is taken.
    package convenience init(creating path: PathName) throws(StoreFailure) {
        try self.init(path, [.readWrite, .create, .exclusive], locks: true)
    }

    /// Takes over an open image, such as one that a host handed to a keep.
    ///
    /// - Throws: EAGAIN when another process uses the image.
    package init(owning image: consuming FileDescriptor) throws(StoreFailure) {
        do throws(Errno) {
            let status = try image.borrowed.status()
            guard status.kind == .regularFile || status.kind == .blockDevice else {
                throw Errno.EINVAL
            }
            isDevice = status.kind == .blockDevice
            try image.borrowed.lockExclusively()
        } catch {
            throw StoreFailure(.open, errorNumber: error.rawValue)
        }
        descriptor = image
    }

    private init(_ path: PathName, _ flags: OpenFlags, locks: Bool) throws(StoreFailure) {
        do throws(Errno) {
            descriptor = try BorrowedDescriptor.currentDirectory.open(path, flags, mode: 0o600)
            let status = try descriptor.borrowed.status()
            guard status.kind == .regularFile || status.kind == .blockDevice else {
                throw Errno.EINVAL
            }
            isDevice = status.kind == .blockDevice
            if locks { try descriptor.borrowed.lockExclusively() }
        } catch {
            throw StoreFailure(.open, errorNumber: error.rawValue)
        }
    }

    package func blockCount() throws(StoreFailure) -> UInt64 {
        do throws(Errno) {
            let size = try descriptor.borrowed.seek(0, whence: 2)
            return UInt64(max(size, 0)) / UInt64(VaultFormat.blockSize)
        } catch {
            throw StoreFailure(.resize, errorNumber: error.rawValue)
        }
    }

    package func read(
        at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreFailure) {
        let start = try offset(address, .read)
        let done: Int
        do throws(Errno) {
            done = try unsafe descriptor.borrowed.readAll(into: buffer, at: start)
        } catch {
            throw StoreFailure(.read, address: address, errorNumber: error.rawValue)
        }
        guard done == buffer.count else {
            throw StoreFailure(.read, address: address, errorNumber: 0)
        }
    }

    package func write(
        at address: UInt64, from buffer: UnsafeRawBufferPointer
    ) throws(StoreFailure) {
        let start = try offset(address, .write)
        do throws(Errno) {
            try unsafe descriptor.borrowed.writeAll(from: buffer, at: start)
        } catch {
            throw StoreFailure(.write, address: address, errorNumber: error.rawValue)
        }
    }

    package func barrier() throws(StoreFailure) {
        do throws(Errno) {
            try descriptor.borrowed.synchronize(dataOnly: true)
        } catch {
            throw StoreFailure(.barrier, errorNumber: error.rawValue)
        }
    }

    package func resize(toBlockCount blockCount: UInt64) throws(StoreFailure) {
        do throws(Errno) {
            if isDevice {
                let size = try descriptor.borrowed.seek(0, whence: 2)
                guard blockCount <= UInt64(max(size, 0)) / UInt64(VaultFormat.blockSize) else {
                    throw Errno.ENOSPC
                }
            } else {
                guard blockCount <= VaultFormat.maximumBlockCount else { throw Errno.EFBIG }
                try descriptor.borrowed.setSize(
                    Int64(blockCount) * Int64(VaultFormat.blockSize))
            }
        } catch {
            throw StoreFailure(.resize, address: blockCount, errorNumber: error.rawValue)
        }
    }

    private func offset(
        _ address: UInt64, _ operation: StoreFailure.Operation
    ) throws(StoreFailure) -> Int64 {
        guard address < VaultFormat.maximumBlockCount else {
            throw StoreFailure(operation, address: address, errorNumber: 0)
        }
        return Int64(address) * Int64(VaultFormat.blockSize)
    }
}
