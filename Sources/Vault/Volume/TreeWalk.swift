internal import Bytes

/// A walk over a checkpoint as it is on the store, from an inode table's record down.
///
/// Every interior block is fetched and authenticated on the way. What a file's memory says is not
/// looked at, so a walk checks what a reader would find after a crash. It takes no lock: whoever walks
/// sees to it that the state stays (``Volume/withPinnedState(_:)``).
struct TreeWalk {
    /// A block that a tree refers to.
    struct Visit {
        var inode: InodeNumber
        /// 0 for data, more for interior blocks.
        var level: Int
        /// The first block of the file under it.
        var index: UInt64
        var pointer: BlockPointer
    }

    let source: BlockSource

    /// Visits all blocks of all files, the inode table's too. Damage is told and walked around.
    ///
    /// - Parameters:
    ///   - visit: says whether to go on below a block.
    ///   - damaged: gets the block that does not authenticate.
    ///   - inode: gets every record in use.
    func walk(
        _ table: InodeRecord, visit: (Visit) -> Bool, damaged: (Visit, VaultFailure) -> Void,
        inode: (InodeNumber, InodeRecord) -> Void
    ) {
        var blocks: [Visit] = []
        walkTree(
            VaultFormat.inodeTable, table,
            visit: {
                let goesOn = visit($0)
                if $0.level == 0, goesOn { blocks.append($0) }
                return goesOn
            }, damaged: damaged)
        for block in blocks {
            do throws(VaultFailure) {
                for (number, record) in try records(block) {
                    inode(number, record)
                    walkTree(number, record, visit: visit, damaged: damaged)
                }
            } catch {
                damaged(block, error)
            }
        }
    }

    /// Visits the blocks of one file.
    func walkTree(
        _ inode: InodeNumber, _ record: InodeRecord, visit: (Visit) -> Bool,
        damaged: (Visit, VaultFailure) -> Void
    ) {
        walk(
            Visit(inode: inode, level: record.height, index: 0, pointer: record.root),
            visit: visit, damaged: damaged)
    }

    private func walk(
        _ here: Visit, visit: (Visit) -> Bool, damaged: (Visit, VaultFailure) -> Void
    ) {
        guard !here.pointer.isNull, visit(here), here.level > 0 else { return }
        let node = MapNode(level: here.level, parent: nil, slot: 0)
        do throws(VaultFailure) {
            try unsafe source.fetch(here.pointer, into: node.bytes)
        } catch {
            damaged(here, error)
            return
        }
        let span = VolumeCore.span(here.level - 1)
        for slot in 0..<VaultFormat.fanOut {
            walk(
                Visit(
                    inode: here.inode, level: here.level - 1,
                    index: here.index + UInt64(slot) * span, pointer: node.pointer(at: slot)),
                visit: visit, damaged: damaged)
        }
    }

    /// The records in use in a block of the inode table.
    private func records(
        _ block: Visit
    ) throws(VaultFailure) -> [(InodeNumber, InodeRecord)] {
        let bytes = try read(block.pointer)
        var reader = ByteReader(bytes)
        var result: [(InodeNumber, InodeRecord)] = []
        for slot in 0..<InodeRecord.perBlock {
            let number = block.index * UInt64(InodeRecord.perBlock) + UInt64(slot)
            do throws(MalformedBytes) {
                let record = try InodeRecord(decoding: &reader)
                if record.kind != nil { result.append((number, record)) }
            } catch {
                throw .damaged(what: "inode \(number)", address: block.pointer.address)
            }
        }
        return result
    }

    /// One authenticated block.
    func read(_ pointer: BlockPointer) throws(VaultFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: VaultFormat.blockSize)
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(VaultFailure) in
                guard let base = buffer.baseAddress else { throw .failed }
                try unsafe source.fetch(pointer, into: base)
            }
        }
        try result.get()
        return bytes
    }
}
