import Testing
import Vault
import VaultTorture

/// Bytes of a name.
private func n(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct NamesTests {
    let volume: Volume
    let store = MemoryBlockStore()

    init() throws { volume = try TestVolumes.create(on: store) }

    @Test("a name is made, found, listed and removed; each wrong turn has its POSIX error")
    func lifeOfAName() throws {
        let root = volume.root
        let file = try volume.createFile(n("a"), in: root)
        let folder = try volume.createDirectory(n("d"), in: root)
        #expect(try volume.lookup(n("a"), in: root) == file)
        #expect(try volume.lookup(n("."), in: folder) == folder)
        #expect(try volume.lookup(n(".."), in: folder) == root)
        #expect(throws: VaultFailure.exists) { try volume.createFile(n("a"), in: root) }
        #expect(throws: VaultFailure.exists) { try volume.createDirectory(n(".."), in: root) }
        #expect(throws: VaultFailure.noEntry) { try volume.lookup(n("b"), in: root) }
        #expect(throws: VaultFailure.notDirectory) { try volume.lookup(n("x"), in: file) }
        #expect(throws: VaultFailure.isDirectory) { try volume.unlink(n("d"), in: root) }
        #expect(throws: VaultFailure.notDirectory) { try volume.removeDirectory(n("a"), in: root) }
        #expect(throws: VaultFailure.invalid) { try volume.unlink(n("."), in: root) }
        #expect(throws: VaultFailure.invalid) { try volume.createFile(n("a/b"), in: root) }
        #expect(throws: VaultFailure.noEntry) { try volume.createFile([], in: root) }
        #expect(throws: VaultFailure.nameTooLong) {
            try volume.createFile([UInt8](repeating: 0x61, count: 256), in: root)
        }
        _ = try volume.createFile([UInt8](repeating: 0xff, count: 255), in: root)
        _ = try volume.createFile(n("inner"), in: folder)
        #expect(throws: VaultFailure.notEmpty) { try volume.removeDirectory(n("d"), in: root) }
        try volume.unlink(n("inner"), in: folder)
        try volume.removeDirectory(n("d"), in: root)
        #expect(throws: VaultFailure.noEntry) { try volume.attributes(of: folder) }
        #expect(try volume.attributes(of: root).linkCount == 2)
    }

    @Test("hard links share content; the last name to go takes it along")
    func hardLinks() throws {
        let file = try volume.createFile(n("a"), in: volume.root)
        try volume.link(file, as: n("b"), in: volume.root)
        try volume.write(file, at: 0, [1, 2, 3])
        try volume.unlink(n("a"), in: volume.root)
        #expect(try volume.lookup(n("b"), in: volume.root) == file)
        #expect(try volume.contents(of: file) == [1, 2, 3])
        #expect(try volume.attributes(of: file).linkCount == 1)
        let folder = try volume.createDirectory(n("d"), in: volume.root)
        #expect(throws: VaultFailure.notPermitted) {
            try volume.link(folder, as: n("e"), in: volume.root)
        }
        try volume.unlink(n("b"), in: volume.root)
        #expect(throws: VaultFailure.noEntry) { try volume.attributes(of: file) }
    }

    @Test("rename replaces, keeps directories apart from files, and refuses to make a loop")
    func rename() throws {
        let root = volume.root
        let file = try volume.createFile(n("f"), in: root)
        let other = try volume.createFile(n("g"), in: root)
        let outer = try volume.createDirectory(n("outer"), in: root)
        let inner = try volume.createDirectory(n("inner"), in: outer)
        try volume.rename(n("f"), in: root, to: n("g"), in: root)
        #expect(try volume.lookup(n("g"), in: root) == file)
        #expect(throws: VaultFailure.noEntry) { try volume.attributes(of: other) }
        #expect(throws: VaultFailure.invalid) {
            try volume.rename(n("outer"), in: root, to: n("x"), in: inner)
        }
        #expect(throws: VaultFailure.notDirectory) {
            try volume.rename(n("outer"), in: root, to: n("g"), in: root)
        }
        #expect(throws: VaultFailure.isDirectory) {
            try volume.rename(n("g"), in: root, to: n("outer"), in: root)
        }
        let empty = try volume.createDirectory(n("empty"), in: root)
        #expect(throws: VaultFailure.notEmpty) {
            try volume.rename(n("empty"), in: root, to: n("outer"), in: root)
        }
        try volume.rename(n("inner"), in: outer, to: n("empty"), in: root)
        #expect(try volume.lookup(n("empty"), in: root) == inner)
        #expect(try volume.lookup(n(".."), in: inner) == root)
        #expect(throws: VaultFailure.noEntry) { try volume.attributes(of: empty) }
        #expect(try volume.attributes(of: outer).linkCount == 2)
        try volume.link(file, as: n("same"), in: root)
        try volume.rename(n("same"), in: root, to: n("g"), in: root)
        #expect(try volume.lookup(n("same"), in: root) == file)
        #expect(try volume.check(readsData: true).isClean)
    }

    @Test("a symbolic link holds any bytes up to 4,095")
    func symbolicLinks() throws {
        let target = [UInt8](repeating: 0x2f, count: 4095)
        let link = try volume.createSymlink(to: target, n("l"), in: volume.root)
        #expect(try volume.readSymlink(link) == target)
        #expect(throws: VaultFailure.nameTooLong) {
            try volume.createSymlink(to: target + [1], n("m"), in: volume.root)
        }
        #expect(throws: VaultFailure.noEntry) {
            try volume.createSymlink(to: [], n("m"), in: volume.root)
        }
        #expect(throws: VaultFailure.invalid) { try volume.readSymlink(volume.root) }
        #expect(throws: VaultFailure.invalid) { try volume.write(link, at: 0, [1]) }
    }

    @Test("a file without a name lives until it is released, over a crash it does not")
    func openWithoutName() throws {
        let file = try volume.createFile(n("f"), in: volume.root)
        try volume.retain(file)
        try volume.write(file, at: 0, [UInt8](repeating: 5, count: 100_000))
        try volume.unlink(n("f"), in: volume.root)
        #expect(try volume.contents(of: file).count == 100_000)
        try volume.sync()
        let crashed = try TestVolumes.open(MemoryBlockStore(bytes: store.image))
        #expect(throws: VaultFailure.noEntry) { try crashed.attributes(of: file) }
        #expect(try crashed.check(readsData: true).isClean)
        try volume.release(file)
        #expect(throws: VaultFailure.noEntry) { try volume.attributes(of: file) }
        #expect(throws: VaultFailure.invalid) { try volume.release(file) }
        #expect(try volume.check(readsData: true).isClean)
    }

    @Test("a walk may go on behind any number, the largest too", arguments: [1 << 63, UInt64.max])
    func strangeCookies(cookie: UInt64) throws {
        _ = try volume.createFile(n("f"), in: volume.root)
        #expect(try volume.entries(of: volume.root, after: cookie).isEmpty)
        #expect(try volume.entries(of: volume.root, after: cookie &- 1).isEmpty)
        #expect(try volume.entries(of: volume.root, after: 2).count == 1)
    }

    @Test("names whose hashes collide are all there")
    func collidingHashes() throws {
        var options = TestVolumes.options()
        options.directoryHashMask = 0x3f
        let volume = try TestVolumes.create(options: options)
        var inodes: [String: InodeNumber] = [:]
        for number in 0..<20 {
            let name = "name\(number)"
            inodes[name] = try volume.createFile(n(name), in: volume.root)
        }
        for (name, inode) in inodes {
            #expect(try volume.lookup(n(name), in: volume.root) == inode)
        }
        try volume.unlink(n("name0"), in: volume.root)
        for (name, inode) in inodes where name != "name0" {
            #expect(try volume.lookup(n(name), in: volume.root) == inode)
        }
    }
}

@Suite struct LargeDirectoryTests {
    @Test("a walk through 20,000 entries while others come and go gives each lasting entry once")
    func cookies() throws {
        let volume = try TestVolumes.create()
        for number in 0..<20_000 {
            _ = try volume.createFile(n("lasting-\(number)"), in: volume.root)
        }
        var seen: [[UInt8]: Int] = [:]
        var cookie: UInt64 = 0
        var round = 0
        while true {
            let entries = try volume.entries(of: volume.root, after: cookie, limit: 100)
            guard let last = entries.last else { break }
            for entry in entries { seen[entry.name, default: 0] += 1 }
            cookie = last.cookie
            for number in 0..<5 {
                _ = try volume.createFile(n("passing-\(round)-\(number)"), in: volume.root)
                if round > 0 {
                    try volume.unlink(n("passing-\(round - 1)-\(number)"), in: volume.root)
                }
            }
            round += 1
        }
        for number in 0..<20_000 { #expect(seen[n("lasting-\(number)")] == 1) }
        #expect(seen[[0x2e]] == 1)
        #expect(seen[[0x2e, 0x2e]] == 1)
        try volume.sync()
        for number in 0..<20_000 { try volume.unlink(n("lasting-\(number)"), in: volume.root) }
        for number in 0..<5 {
            try volume.unlink(n("passing-\(round - 1)-\(number)"), in: volume.root)
        }
        #expect(try volume.entries(of: volume.root).count == 2)
        #expect(try volume.attributes(of: volume.root).size == 4096)
        #expect(try volume.check(readsData: true).isClean)
    }
}
