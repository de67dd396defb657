internal import Bytes
internal import Platform

/// An anchor in a small local file: shows rollback when the image alone is replaced.
///
/// It is only as good as the place of the file: on the same disk as the image, a host rewinds both.
/// The file is one line for each volume: id, epoch, root tag, in hexadecimal; it is replaced in one
/// step, so a crash leaves the old one or the new one.
package final class FileAnchor: Anchor {
    private static let limitBytes = 1 << 20

    private let directory: PathName
    private let name: PathName
    private let temporaryName: PathName
    private let lockName: PathName

    /// The file `name` in `directory`; it need not exist yet.
    package init?(directory: String, name: String) {
        guard let directory = PathName(directory), !name.contains("/"),
            let file = PathName(name), let temporary = PathName(name + ".new"),
            let lock = PathName(name + ".lock")
        else { return nil }
        self.directory = directory
        self.name = file
        temporaryName = temporary
        lockName = lock
    }

    /// Compares and sets with nobody else at it, in this process or another one: a lock on a file of
    /// its own, because the anchor's file is replaced.
    private func alone<Result>(
        _ body: (BorrowedDescriptor) throws(Errno) -> Result
    ) throws(AnchorFailure) -> Result {
        do throws(Errno) {
            let folder = try BorrowedDescriptor.currentDirectory.open(
                directory, [.readOnly, .directory])
            let lock = try folder.borrowed.open(lockName, [.readWrite, .create], mode: 0o600)
            try lock.borrowed.lockExclusivelyWaiting()
            return try body(folder.borrowed)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    package func state(ofVolume volumeID: [UInt8]) throws(AnchorFailure) -> AnchoredState? {
        try alone { folder throws(Errno) in try read(folder)[volumeID.hexadecimal] }
    }

    package func advance(
        volume volumeID: [UInt8], from old: AnchoredState?, to new: AnchoredState
    ) throws(AnchorFailure) {
        let id = volumeID.hexadecimal
        let found: AnchoredState?? = try alone { folder throws(Errno) in
            var states = try read(folder)
            guard states[id] == old else { return .some(states[id]) }
            states[id] = new
            try write(states, folder)
            return nil
        }
        if case .some(let found) = found {
            throw .conflict(expectedEpoch: old?.epoch, foundEpoch: found?.epoch)
        }
    }

    private func read(_ folder: BorrowedDescriptor) throws(Errno) -> [String: AnchoredState] {
        let text: [UInt8]
        do throws(Errno) {
            let file = try folder.open(name, [.readOnly])
            text = try file.borrowed.readAll(limitBytes: Self.limitBytes)
        } catch {
            guard error == .ENOENT else { throw error }
            return [:]
        }
        var states: [String: AnchoredState] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard fields.count == 3, let epoch = UInt64(fields[1]),
                let tag = [UInt8](hexadecimal: fields[2]), tag.count == 32
            else { throw Errno.EINVAL }
            states[String(fields[0])] = AnchoredState(epoch: epoch, rootTag: tag)
        }
        return states
    }

    private func write(
        _ states: [String: AnchoredState], _ folder: BorrowedDescriptor
    ) throws(Errno) {
        let lines = states.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value.epoch) \($0.value.rootTag.hexadecimal)\n"
        }
        let file = try folder.open(
            temporaryName, [.writeOnly, .create, .truncate], mode: 0o600)
        try file.borrowed.writeAll(Array(lines.joined().utf8))
        try file.borrowed.synchronize(dataOnly: false)
        try folder.rename(temporaryName, to: folder, as: name)
        try folder.synchronize(dataOnly: false)
    }
}
