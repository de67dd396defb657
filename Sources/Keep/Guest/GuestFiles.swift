internal import Cryptography
internal import Diagnostics
internal import KeepProtocol
internal import Platform
internal import Vault
internal import VaultFileSystem
internal import WASI

/// The directories of one run. Used on the guest's thread only.
final class GuestFiles {
    private let launch: Launch
    private let resources: any HostResources
    private var volumes: [(name: String, volume: Volume)] = []
    private var trees: [(prefix: String, tree: MemoryTree)] = []
    private var directories: [(name: String, directory: any DirectoryCapability)] = []

    /// Most bytes that secrets take in memory.
    private static let secretBytes: UInt64 = 16 << 20

    init(_ launch: Launch, _ resources: any HostResources) {
        self.launch = launch
        self.resources = resources
    }

    /// Opens vaults and fills memory directories.
    func open() throws {
        let manifest = launch.workload.manifest
        for directory in manifest.directories {
            switch directory.storage {
            case .memory(let limit):
                let tree = makeTree(limit)
                trees.append((directory.prefix, tree))
                for (path, bytes) in launch.files.sorted(by: { $0.key < $1.key })
                where directory.contains(path) {
                    let name = Array(path.utf8.dropFirst(directory.prefix.utf8.count))
                    try Self.write(bytes, to: name, tree.root())
                }
                directories.append(
                    (directory.path, tree.root(isReadOnly: directory.isReadOnly)))
            case .vault(let name):
                let volume = try openVault(name, isReadOnly: directory.isReadOnly)
                volumes.append((name, volume))
                directories.append(
                    (directory.path, try VaultTree(volume).root(isReadOnly: directory.isReadOnly)))
            }
        }
        try addSecrets()
    }

    private func makeTree(_ limit: UInt64) -> MemoryTree {
        MemoryTree(limitBytes: limit) { SystemClockID.realtime.nanoseconds }
    }

    private func addSecrets() throws {
        let named = launch.workload.manifest.secrets.filter { $0.variable == nil }
        guard !named.isEmpty else { return }
        let tree = makeTree(Self.secretBytes)
        for secret in named {
            guard let value = launch.secrets[secret.name] else { continue }
            try Self.write(value.copied, to: Array(secret.name.utf8), tree.root())
        }
        directories.append((Manifest.secretsPath, tree.root(isReadOnly: true)))
    }

    private func openVault(_ name: String, isReadOnly: Bool) throws -> Volume {
        guard let key = launch.vaultKeys[name] else {
            throw Diagnostic(what: "vault \(name) has no key")
        }
        let image = try resources.vault(name: name)
        var options = VolumeOptions()
        options.isReadOnly = isReadOnly
        options.now = { SystemClockID.realtime.nanoseconds }
        do {
            let store = try FileBlockStore(owning: image)
            guard try !store.isBlank() else {
                return try Volume.create(
                    on: store, unlock: .raw(key), label: "owner", options: options)
            }
            return try Volume.open(store, unlock: .raw(key), options: options)
        } catch let error as any Diagnosable {
            var told = error.diagnostic
            let place = told.location.isEmpty ? "" : ", \(told.location)"
            told.location = "vault \(name)\(place)"
            throw told
        }
    }

    func preopens() throws -> [(name: String, directory: any DirectoryCapability)] { directories }

    /// Secrets that the program finds in its environment.
    func secretVariables() -> [(name: String, value: String)] {
        launch.workload.manifest.secrets.compactMap { secret in
            guard let variable = secret.variable, let value = launch.secrets[secret.name] else {
                return nil
            }
            return (variable, String(decoding: value.copied, as: UTF8.self))
        }
    }

    /// Makes what was written durable and lets go of the vaults.
    func close() throws -> [String: Receipt.VaultState] {
        var states: [String: Receipt.VaultState] = [:]
        directories = []
        for (name, volume) in volumes {
            let epoch = try volume.sync()
            let isAnchored = volume.freshness != .unanchored
            states[name] = Receipt.VaultState(epoch: epoch, isAnchored: isAnchored)
            try volume.close()
        }
        volumes = []
        return states
    }

    // MARK: Memory directories

    /// Everything in the memory directories, up to ``KeepLimits/filesOfDirectory`` of each.
    func contents() -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for (prefix, tree) in trees {
            var own: [String: [UInt8]] = [:]
            Self.collect(tree.root(), prefix, [], depth: 0, &own)
            files.merge(own) { first, _ in first }
        }
        return files
    }

    private static func collect(
        _ root: TreeDirectory, _ prefix: String, _ below: [UInt8], depth: Int,
        _ files: inout [String: [UInt8]]
    ) {
        guard depth < 32, files.count < KeepLimits.filesOfDirectory else { return }
        let path = below.isEmpty ? Array(".".utf8) : below
        guard let top = try? GuestPath(path),
            case .directory(let directory)? = try? root.open(
                top, OpenRequest(flags: .directory))
        else { return }
        var entries: [(WASI.FileKind, [UInt8])] = []
        try? directory.readEntries(from: 0) { entry in
            entries.append((entry.kind, Array(entry.name)))
            return true
        }
        for (kind, name) in entries where name != [0x2e] && name != [0x2e, 0x2e] {
            let inner = below.isEmpty ? name : below + [0x2f] + name
            switch kind {
            case .directory: collect(root, prefix, inner, depth: depth + 1, &files)
            case .regularFile:
                // What can not be asked for is not kept.
                guard files.count < KeepLimits.filesOfDirectory,
                    let name = String(validating: inner, as: UTF8.self),
                    prefix.utf8.count + inner.count <= KeepLimits.pathBytes,
                    let guest = try? GuestPath(inner), let bytes = try? read(guest, root)
                else { continue }
                files[prefix + name] = bytes
            default: continue
            }
        }
    }

    private static func read(_ path: GuestPath, _ root: TreeDirectory) throws -> [UInt8] {
        guard case .file(let file) = try root.open(path, OpenRequest()) else { return [] }
        let size = Int(clamping: try file.status().sizeBytes)
        var bytes = [UInt8](repeating: 0, count: size)
        let count = try unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            // SAFETY: one piece that is the array's own memory.
            let piece = unsafe IOVector(base: base, byteCount: buffer.count)
            return try unsafe withUnsafePointer(to: piece) {
                try unsafe file.read(IOVectors(start: $0, count: 1))
            }
        }
        return Array(bytes[..<count])
    }

    private static func write(_ bytes: [UInt8], to path: [UInt8], _ root: TreeDirectory) throws {
        for end in path.indices where path[end] == 0x2f {
            do throws(WASIErrno) {
                try root.makeDirectory(try GuestPath(Array(path[..<end])))
            } catch {
                guard error == .exist else { throw error }
            }
        }
        let request = OpenRequest(flags: [.creat, .trunc], wantsWrite: true)
        guard case .file(let file) = try root.open(try GuestPath(path), request),
            !bytes.isEmpty
        else { return }
        var copy = bytes
        var done = 0
        while done < copy.count {
            done += try unsafe copy.withUnsafeMutableBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                // SAFETY: `done` is below the buffer's size.
                let piece = unsafe IOVector(base: base + done, byteCount: buffer.count - done)
                return try unsafe withUnsafePointer(to: piece) {
                    try unsafe file.write(IOVectors(start: $0, count: 1))
                }
            }
        }
    }
}

extension SecretBytes {
    /// A copy outside: for the program that the secret is for.
    var copied: [UInt8] {
        // SAFETY: the bytes are copied while the secret lives.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
