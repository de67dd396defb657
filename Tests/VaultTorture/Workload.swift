package import Vault

/// Random operations on a volume and, in the same way, on a model.
package struct Workload {
    package private(set) var model: Model
    package var generator: SeededGenerator
    private let volume: Volume
    /// Largest offset of a write.
    package var reach: UInt64 = 200_000

    package init(_ volume: Volume, seed: UInt64) throws {
        self.volume = volume
        model = try Model(reading: volume)
        generator = SeededGenerator(seed: seed)
    }

    /// One random operation that the model says is possible.
    package mutating func step() throws {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<14: try make(.file)
        case 14..<20: try make(.directory)
        case 20..<23: try make(.symlink)
        case 23..<27: try link()
        case 27..<35: try unlink()
        case 35..<37: try removeDirectory()
        case 37..<47: try rename()
        case 47..<80: try write()
        case 80..<88: try append()
        case 88..<96: try resize()
        default: try rewriteWhole()
        }
    }

    private mutating func newName() -> [UInt8] {
        let length = Int.random(in: 0..<12, using: &generator) == 0 ? 230 : 3
        return Array("n\(generator.next())-".utf8) + Array(repeating: 0x78, count: length)
    }

    private mutating func anyDirectory() -> InodeNumber {
        model.directories.keys.sorted().randomElement(using: &generator) ?? volume.root
    }

    private mutating func anyFile() -> InodeNumber? {
        model.files.keys.sorted().randomElement(using: &generator)
    }

    /// A name that is there: directory, name, inode.
    private mutating func anyEntry() -> (InodeNumber, [UInt8], InodeNumber)? {
        let all = model.directories.keys.sorted().flatMap { directory in
            (model.directories[directory] ?? [:]).sorted {
                $0.key.lexicographicallyPrecedes($1.key)
            }
            .map { (directory, $0.key, $0.value) }
        }
        return all.randomElement(using: &generator)
    }

    private mutating func make(_ kind: FileKind) throws {
        let directory = anyDirectory()
        let name = newName()
        let inode: InodeNumber
        switch kind {
        case .file:
            inode = try volume.createFile(name, in: directory)
            model.files[inode] = []
        case .directory:
            inode = try volume.createDirectory(name, in: directory)
            model.directories[inode] = [:]
        case .symlink:
            let target = generator.bytes(20).map { $0 | 1 }
            inode = try volume.createSymlink(to: target, name, in: directory)
            model.links[inode] = target
        }
        model.directories[directory]?[name] = inode
    }

    private mutating func link() throws {
        guard let file = anyFile() else { return }
        let directory = anyDirectory()
        let name = newName()
        try volume.link(file, as: name, in: directory)
        model.directories[directory]?[name] = file
    }

    private mutating func forget(_ inode: InodeNumber) {
        guard model.nameCount(inode) == 0 else { return }
        model.files[inode] = nil
        model.links[inode] = nil
        model.directories[inode] = nil
    }

    private mutating func unlink() throws {
        guard let (directory, name, inode) = anyEntry(), model.directories[inode] == nil else {
            return
        }
        try volume.unlink(name, in: directory)
        model.directories[directory]?[name] = nil
        forget(inode)
    }

    private mutating func removeDirectory() throws {
        guard let (directory, name, inode) = anyEntry(), model.directories[inode]?.isEmpty == true
        else { return }
        try volume.removeDirectory(name, in: directory)
        model.directories[directory]?[name] = nil
        forget(inode)
    }

    private mutating func rename() throws {
        guard let (directory, name, inode) = anyEntry() else { return }
        var target = anyDirectory()
        var newName = newName()
        if Bool.random(using: &generator), let (other, otherName, victim) = anyEntry() {
            let bothDirectories =
                model.directories[inode] != nil && model.directories[victim]?.isEmpty == true
            let neither = model.directories[inode] == nil && model.directories[victim] == nil
            if bothDirectories || neither { (target, newName) = (other, otherName) }
        }
        if model.directories[inode] != nil, isWithin(target, inode) { return }
        let victim = model.directories[target]?[newName]
        try volume.rename(name, in: directory, to: newName, in: target)
        if victim == inode { return }
        model.directories[directory]?[name] = nil
        model.directories[target]?[newName] = inode
        if let victim { forget(victim) }
    }

    private func isWithin(_ directory: InodeNumber, _ top: InodeNumber) -> Bool {
        if directory == top { return true }
        return (model.directories[top] ?? [:]).values.contains {
            model.directories[$0] != nil && isWithin(directory, $0)
        }
    }

    private mutating func write(to file: InodeNumber, at offset: UInt64, count: Int) throws {
        let bytes = generator.bytes(count)
        try volume.write(file, at: offset, bytes)
        var content = model.files[file] ?? []
        let end = Int(offset) + count
        if content.count < end {
            content.append(contentsOf: repeatElement(0, count: end - content.count))
        }
        content.replaceSubrange(Int(offset)..<end, with: bytes)
        model.files[file] = content
    }

    private mutating func write() throws {
        guard let file = anyFile() else { return }
        var offset = UInt64.random(in: 0..<reach, using: &generator)
        if Bool.random(using: &generator) { offset = offset / 4096 * 4096 }
        let counts = [1, 100, 4096, 4096, 5000, 20_000]
        try write(to: file, at: offset, count: counts.randomElement(using: &generator) ?? 1)
    }

    private mutating func append() throws {
        guard let file = anyFile() else { return }
        let bytes = generator.bytes(Int.random(in: 1..<6000, using: &generator))
        let offset = try unsafe bytes.withUnsafeBytes { try unsafe volume.append(file, $0) }
        guard offset == UInt64(model.files[file]?.count ?? 0) else {
            throw Discrepancy("append at \(offset)")
        }
        model.files[file]? += bytes
    }

    private mutating func resize() throws {
        guard let file = anyFile() else { return }
        let size = Int.random(in: 0..<Int(reach), using: &generator)
        try volume.resize(file, to: UInt64(size))
        var content = (model.files[file] ?? []).prefix(size)
        content.append(contentsOf: repeatElement(0, count: size - content.count))
        model.files[file] = Array(content)
    }

    private mutating func rewriteWhole() throws {
        guard let file = anyFile(), let size = model.files[file]?.count, size > 0 else { return }
        try write(to: file, at: 0, count: size)
    }
}
