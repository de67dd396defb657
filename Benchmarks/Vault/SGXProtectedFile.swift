import COpenSSL
import Platform

/// A model of the SGX SDK's protected file: its tree, its cache and its commit, on the same disk and
/// with the same cryptographic library as the vault.
///
/// Layout and rules are those that the published SDK shows (4 KiB nodes; node 0 is metadata, node 1
/// the root of the tree; a tree node has 96 data children and 32 tree children; a fresh AES-128-GCM
/// key for every write of a node, kept in its parent with the tag; 48 nodes in the cache; a commit
/// copies the old ciphertext of every dirty node to a recovery file and rewrites all of them up to
/// the metadata). What the model leaves out favours it: no enclave exits, no copies across the
/// boundary, no key derivation, no clearing of memory.
@safe final class SGXProtectedFile {
    static let nodeSize = 4096
    static let dataChildren = 96
    static let treeChildren = 32

    /// Key and tag of a child.
    struct Seal {
        var key = [UInt8](repeating: 0, count: 16)
        var tag = [UInt8](repeating: 0, count: 16)
    }

    private enum Kind: Hashable {
        case tree(Int)
        case data(Int)
    }

    private final class Node {
        var bytes = [UInt8](repeating: 0, count: SGXProtectedFile.nodeSize)
        var isDirty = false
        var isNew = false
        var stamp = 0
    }

    private let file: FileDescriptor
    private let recovery: FileDescriptor
    private let cacheSize: Int
    private let synchronizes: Bool
    private let context: OpaquePointer
    private var cache: [Kind: Node] = [:]
    private var rootSeal = Seal()
    private var clock = 0
    private var nodeCount = 0
    private(set) var fetches = 0
    private(set) var bytesWritten = 0
    private var ciphertext = [UInt8](repeating: 0, count: nodeSize)

    /// - Parameter synchronizes: whether a commit waits for the disk, which the SDK does not.
    init(path: String, cacheSize: Int = 48, synchronizes: Bool) throws {
        guard let name = PathName(path), let other = PathName(path + ".recovery") else {
            throw Errno.EINVAL
        }
        let flags: OpenFlags = [.readWrite, .create, .truncate]
        file = try BorrowedDescriptor.currentDirectory.open(name, flags)
        recovery = try BorrowedDescriptor.currentDirectory.open(other, flags)
        self.cacheSize = cacheSize
        self.synchronizes = synchronizes
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw Errno.ENOMEM }
        unsafe self.context = context
        let root = Node()
        root.isDirty = true
        root.isNew = true
        cache[.tree(0)] = root
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    func resetCounts() {
        fetches = 0
        bytesWritten = 0
    }

    /// Forgets everything but the root, as after opening.
    func dropCache() {
        cache = cache.filter { $0.key == .tree(0) }
    }

    private func physical(_ kind: Kind) -> Int {
        switch kind {
        case .tree(let number): 1 + number * (Self.dataChildren + 1)
        case .data(let number):
            2 + number / Self.dataChildren * (Self.dataChildren + 1) + number % Self.dataChildren
        }
    }

    /// Reads one whole data node.
    func read(node number: Int, into target: inout [UInt8]) throws {
        let node = try node(.data(number))
        target.replaceSubrange(0..<Self.nodeSize, with: node.bytes)
    }

    /// Overwrites one whole data node.
    func write(node number: Int, _ bytes: [UInt8]) throws {
        while nodeCount <= number { try append() }
        let node = try node(.data(number))
        node.bytes = bytes
        try markDirty(.data(number), node)
    }

    private func append() throws {
        let number = nodeCount
        nodeCount += 1
        if number % Self.dataChildren == 0, number > 0 {
            let tree = Node()
            tree.isNew = true
            insert(.tree(number / Self.dataChildren), tree)
            try markDirty(.tree(number / Self.dataChildren), tree)
        }
        let data = Node()
        data.isNew = true
        insert(.data(number), data)
    }

    private func parent(of kind: Kind) -> Kind? {
        switch kind {
        case .tree(0): nil
        case .tree(let number): .tree((number - 1) / Self.treeChildren)
        case .data(let number): .tree(number / Self.dataChildren)
        }
    }

    /// Where in its parent the key and tag of a child stand: data first, then tree children.
    private func place(of kind: Kind) -> Int {
        switch kind {
        case .tree(let number): (Self.dataChildren + (number - 1) % Self.treeChildren) * 32
        case .data(let number): number % Self.dataChildren * 32
        }
    }

    private func seal(of kind: Kind) throws -> Seal {
        guard let parent = parent(of: kind) else { return rootSeal }
        let bytes = try node(parent).bytes
        let start = place(of: kind)
        return Seal(
            key: Array(bytes[start..<start + 16]), tag: Array(bytes[start + 16..<start + 32]))
    }

    private func node(_ kind: Kind) throws -> Node {
        clock += 1
        if let node = cache[kind] {
            node.stamp = clock
            return node
        }
        let seal = try seal(of: kind)
        let node = Node()
        fetches += 1
        let offset = Int64(physical(kind) * Self.nodeSize)
        _ = try unsafe ciphertext.withUnsafeMutableBytes {
            try unsafe file.borrowed.read(into: $0, at: offset)
        }
        try crypt(seal, node, encrypts: false)
        insert(kind, node)
        return node
    }

    private func insert(_ kind: Kind, _ node: Node) {
        clock += 1
        node.stamp = clock
        cache[kind] = node
        guard cache.count > cacheSize + 1 else { return }
        evict()
    }

    private func evict() {
        var oldest: (key: Kind, value: Node)?
        for entry in cache
        where entry.key != .tree(0) && entry.value.stamp < oldest?.value.stamp ?? .max {
            oldest = entry
        }
        guard let oldest else { return }
        // A dirty victim makes the SDK commit everything, without anybody having asked for a sync.
        if oldest.value.isDirty { try? commit() }
        cache[oldest.key] = nil
    }

    private func markDirty(_ kind: Kind, _ node: Node) throws {
        node.isDirty = true
        var next = parent(of: kind)
        while let current = next {
            let above = try self.node(current)
            above.isDirty = true
            next = parent(of: current)
        }
    }

    /// Old ciphertext to the recovery file, flag, new nodes from below, metadata.
    func commit() throws {
        let dirty = cache.filter { $0.value.isDirty }
        guard !dirty.isEmpty else { return }
        for (kind, node) in dirty where !node.isNew {
            let offset = Int64(physical(kind) * Self.nodeSize)
            _ = try unsafe ciphertext.withUnsafeMutableBytes {
                try unsafe file.borrowed.read(into: $0, at: offset)
            }
            // The recovery file's records are a node and its number.
            try write(ciphertext, recovery.borrowed, at: Int64(bytesWritten % (1 << 20)))
            bytesWritten += 8
        }
        // The metadata's old copy, and the metadata with the flag set.
        try write(ciphertext, recovery.borrowed, at: 0)
        if synchronizes { try recovery.borrowed.synchronize(dataOnly: true) }
        try write(ciphertext, file.borrowed, at: 0)
        if synchronizes { try file.borrowed.synchronize(dataOnly: true) }
        let order = dirty.keys.sorted { depth($0) > depth($1) }
        for kind in order {
            guard let node = dirty[kind] else { continue }
            var seal = Seal()
            seal.key = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
            seal.tag = try crypt(seal, node, encrypts: true)
            try setSeal(seal, of: kind)
            try write(
                ciphertext, file.borrowed, at: Int64(physical(kind) * Self.nodeSize))
            node.isDirty = false
            node.isNew = false
        }
        try write(ciphertext, file.borrowed, at: 0)
        if synchronizes { try file.borrowed.synchronize(dataOnly: true) }
    }

    private func depth(_ kind: Kind) -> Int {
        var depth = 0
        var next = parent(of: kind)
        while let current = next {
            depth += 1
            next = parent(of: current)
        }
        return depth
    }

    private func setSeal(_ seal: Seal, of kind: Kind) throws {
        guard let parent = parent(of: kind) else {
            rootSeal = seal
            return
        }
        let node = try node(parent)
        let start = place(of: kind)
        node.bytes.replaceSubrange(start..<start + 32, with: seal.key + seal.tag)
    }

    private func write(
        _ bytes: [UInt8], _ target: BorrowedDescriptor, at offset: Int64
    ) throws {
        _ = try unsafe bytes.withUnsafeBytes { try unsafe target.write(from: $0, at: offset) }
        bytesWritten += bytes.count
    }

    @discardableResult
    private func crypt(_ seal: Seal, _ node: Node, encrypts: Bool) throws -> [UInt8] {
        var tag = seal.tag
        var count: Int32 = 0
        let zero = [UInt8](repeating: 0, count: 12)
        guard
            unsafe EVP_CipherInit_ex(
                context, EVP_aes_128_gcm(), nil, seal.key, zero, encrypts ? 1 : 0) == 1
        else { throw Errno.EIO }
        let size = Int32(Self.nodeSize)
        if encrypts {
            unsafe EVP_CipherUpdate(context, &ciphertext, &count, node.bytes, size)
            unsafe EVP_CipherFinal_ex(context, &ciphertext, &count)
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
            return tag
        }
        unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, &tag)
        unsafe EVP_CipherUpdate(context, &node.bytes, &count, ciphertext, size)
        guard unsafe EVP_CipherFinal_ex(context, &node.bytes, &count) == 1 else {
            throw Errno.EIO
        }
        return tag
    }
}
