import ArgumentParser
import Bytes
import Cryptography
import Diagnostics
import Platform
import Vault

/// `martlet vault`.
struct VaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "Make, look into, and mend encrypted volumes of files.",
        discussion: """
            A vault is one file that holds a guest's whole file system, encrypted and authenticated: \
            names, sizes and times too. Paths inside a vault start with a colon in `cp`, as in \
            `martlet vault cp image.vault notes.txt :/notes.txt --key-file key`.
            """,
        subcommands: [
            Create.self, Info.self, List.self, Cat.self, Copy.self, Remove.self, Move.self,
            Check.self, Rekey.self, Grow.self, SnapshotCommand.self, CheckAnchor.self,
        ])
}

extension VaultCommand {
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an empty vault; it grows as it is filled.")

        @OptionGroup var access: VaultAccess
        @Option(help: "Size to begin with.") var size = ByteCount(bytes: 1 << 20)

        func run() throws {
            let unlock = try access.key.unlockKey(prompt: "Passphrase for the new vault: ")
            var options = VolumeOptions()
            options.now = { SystemClockID.realtime.nanoseconds }
            try Console.reportingVault(access.image) {
                let store = try FileBlockStore(creating: VaultAccess.path(access.image))
                let volume = try Volume.create(
                    on: store, unlock: unlock,
                    blockCount: max(128, size.bytes / UInt64(VaultFormat.blockSize)),
                    anchor: try access.anchorFile(), options: options)
                print("vault \(volume.volumeID.hexadecimal), \(volume.freshness)")
            }
        }
    }

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show size, epoch, freshness, key slots and snapshots.")

        @OptionGroup var access: VaultAccess
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let volume = try access.open(readOnly: true)
            try Console.reportingVault(access.image) {
                let slots = try volume.keySlots()
                if json { printJSON(volume, slots) } else { printText(volume, slots) }
            }
        }

        private func printText(_ volume: Volume, _ slots: [KeySlotDescription]) {
            let usage = volume.usage
            let used = usage.blockCount - usage.freeBlockCount
            print("vault      \(volume.volumeID.hexadecimal)")
            print("epoch      \(volume.durableState.epoch), \(volume.freshness)")
            print("root tag   \(volume.durableState.rootTag.hexadecimal)")
            print("blocks     \(used) of \(usage.blockCount) used, 4096 bytes each")
            if let address = volume.openReport.unreadableSuperblock {
                print(
                    "warning    superblock \(address) does not authenticate: a sync was cut "
                        + "short, or somebody changed it")
            }
            for (index, slot) in slots.enumerated() where slot.kind != .empty {
                print("key slot \(index) \(slot.kind) \"\(slot.label.escapedForDisplay())\"")
            }
            for snapshot in volume.snapshots {
                print("snapshot   \(snapshot.name.escapedForDisplay()) at epoch \(snapshot.epoch)")
            }
        }

        private func printJSON(_ volume: Volume, _ slots: [KeySlotDescription]) {
            let usage = volume.usage
            let object = JSONText.object([
                ("volume", .string(volume.volumeID.hexadecimal)),
                ("epoch", .integer(Int(volume.durableState.epoch))),
                ("rootTag", .string(volume.durableState.rootTag.hexadecimal)),
                ("freshness", .string("\(volume.freshness)")),
                ("blockSize", .integer(usage.blockSize)),
                ("blockCount", .integer(Int(usage.blockCount))),
                ("freeBlockCount", .integer(Int(usage.freeBlockCount))),
                (
                    "keySlots",
                    .array(
                        slots.map {
                            .object([("kind", .string("\($0.kind)")), ("label", .string($0.label))])
                        })
                ),
                (
                    "snapshots",
                    .array(
                        volume.snapshots.map {
                            .object([
                                ("name", .string($0.name)), ("epoch", .integer(Int($0.epoch))),
                            ])
                        })
                ),
            ])
            print(object.indented)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List a directory of the vault.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "Path in the vault.") var path = "/"

        func run() throws {
            let volume = try access.open(readOnly: true)
            try Console.reportingVault(path) {
                let inode = try volume.resolve(path)
                guard try volume.attributes(of: inode).kind == .directory else {
                    print(path.escapedForDisplay(limit: 4096))
                    return
                }
                let entries = try VaultCopy.allEntries(of: inode, in: volume)
                    .sorted { $0.name.lexicographicallyPrecedes($1.name) }
                for entry in entries {
                    let size = try volume.attributes(of: entry.inode).size
                    let kind = entry.kind == .directory ? "d" : entry.kind == .symlink ? "l" : "-"
                    let number = "\(size)"
                    let padding = String(repeating: " ", count: max(0, 14 - number.count))
                    let name = String(decoding: entry.name, as: UTF8.self)
                    print("\(kind) \(padding)\(number) \(name.escapedForDisplay(limit: 255))")
                }
            }
        }
    }

    struct Cat: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a file of the vault to standard output.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "Path in the vault.") var path: String

        func run() throws {
            let volume = try access.open(readOnly: true)
            try Console.reportingVault(path) {
                var copy = VaultCopy(
                    volume: volume, recursive: false, progress: ProgressBar(total: 1))
                try copy.copyOut(try volume.resolve(path), to: .standardOutput)
            }
        }
    }

    struct Copy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cp",
            abstract: "Copy into or out of a vault; a path in the vault starts with a colon.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "What to copy; :PATH for one in the vault.") var source: String
        @Argument(help: "Where to; :PATH for one in the vault.") var target: String
        @Flag(name: .shortAndLong, help: "Copy directories with all that is in them.")
        var recursive = false

        func validate() throws {
            guard source.hasPrefix(":") != target.hasPrefix(":") else {
                throw ValidationError("one of source and target is in the vault: give it a colon")
            }
        }

        func run() throws {
            let volume = try access.open(readOnly: source.hasPrefix(":"))
            try Console.reportingVault(source) {
                if source.hasPrefix(":") { try copyOut(volume) } else { try copyIn(volume) }
            }
        }

        private func copyIn(_ volume: Volume) throws {
            let path = try VaultAccess.path(source)
            let total = VaultCopy.size(of: path, in: .currentDirectory)
            var copy = VaultCopy(
                volume: volume, recursive: recursive, progress: ProgressBar(total: total))
            let (directory, given) = try Self.place(String(target.dropFirst()), in: volume)
            // Into a directory that is there, the source keeps its name.
            let last = source.utf8.split(separator: UInt8(ascii: "/")).last.map { Array($0) }
            let name = given.isEmpty ? last ?? [] : given
            defer { copy.progress.finish() }
            if source == "-" {
                try copy.copyIn(.standardInput, to: name, in: directory)
            } else {
                try copy.copyIn(path, in: .currentDirectory, to: name, in: directory)
            }
            try volume.close()
        }

        private func copyOut(_ volume: Volume) throws {
            let inode = try volume.resolve(String(source.dropFirst()))
            let total = try VaultCopy.size(of: inode, in: volume)
            var copy = VaultCopy(
                volume: volume, recursive: recursive, progress: ProgressBar(total: total))
            defer { copy.progress.finish() }
            try copy.copyOut(inode, to: VaultAccess.path(target), in: .currentDirectory)
        }

        /// The directory and name that a path means; no name when it is a directory that exists.
        private static func place(
            _ path: String, in volume: Volume
        ) throws -> (InodeNumber, [UInt8]) {
            if let inode = try? volume.resolve(path),
                try volume.attributes(of: inode).kind == .directory
            {
                return (inode, [])
            }
            let (directory, name) = try volume.resolveParent(path)
            return (directory, name)
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Remove a file, or a directory with -r.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "Path in the vault.") var path: String
        @Flag(name: .shortAndLong, help: "Remove directories with all that is in them.")
        var recursive = false

        func run() throws {
            let volume = try access.open(readOnly: false)
            try Console.reportingVault(path) {
                let (directory, name) = try volume.resolveParent(path)
                try remove(name, in: directory, volume)
                try volume.close()
            }
        }

        private func remove(_ name: [UInt8], in directory: InodeNumber, _ volume: Volume) throws {
            let inode = try volume.lookup(name, in: directory)
            guard try volume.attributes(of: inode).kind == .directory else {
                try volume.unlink(name, in: directory)
                return
            }
            guard recursive else { throw VaultFailure.isDirectory }
            for entry in try VaultCopy.allEntries(of: inode, in: volume) {
                try remove(entry.name, in: inode, volume)
            }
            try volume.removeDirectory(name, in: directory)
        }
    }

    struct Move: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mv", abstract: "Rename within the vault.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "Path in the vault.") var source: String
        @Argument(help: "New path in the vault.") var target: String

        func run() throws {
            let volume = try access.open(readOnly: false)
            try Console.reportingVault(source) {
                let (directory, name) = try volume.resolveParent(source)
                let (newDirectory, newName) = try volume.resolveParent(target)
                try volume.rename(name, in: directory, to: newName, in: newDirectory)
                try volume.close()
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fsck",
            abstract: "Check every structure; with --data every block.",
            discussion: "Exits with 65 when anything is wrong.")

        @OptionGroup var access: VaultAccess
        @Flag(help: "Authenticate the content of files too.") var data = false

        func run() throws {
            let volume = try access.open(readOnly: false)
            try Console.reportingVault(access.image) {
                let report = try volume.check(readsData: data)
                print(
                    "\(report.inodeCount) files and directories, \(report.blockCount) blocks "
                        + "authenticated, \(report.findings.count) findings")
                for finding in report.findings { print("  \(finding)") }
                if !report.isClean { throw ExitCode(ExitStatus.data.rawValue) }
            }
        }
    }

    struct Rekey: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add, replace or remove a key. The data is not touched, whatever its size.")

        @OptionGroup var access: VaultAccess
        @Option(help: "File with the new key: 32 bytes, or 64 hexadecimal digits.")
        var newKeyFile: String?
        @Option(help: "File whose first line is the new passphrase.")
        var newPassphraseFile: String?
        @Flag(help: "Keep the old key too.") var add = false
        @Option(help: "Remove the key in this slot instead.") var remove: Int?
        @Option(help: "A note on the new key.") var label = ""

        func run() throws {
            let old = try access.key.unlockKey()
            let volume = try access.open(readOnly: false)
            if let remove {
                try Console.reportingVault("slot \(remove)") { try volume.removeKey(slot: remove) }
                return
            }
            var options = VaultKeyOptions()
            options.keyFile = newKeyFile
            options.keyDescriptor = nil
            options.passphraseFile = newPassphraseFile
            options.passphrase = false
            let new = try options.unlockKey(prompt: "New passphrase: ")
            try Console.reportingVault(access.image) {
                if add {
                    print("slot \(try volume.addKey(new, label: label))")
                } else {
                    try volume.replaceKey(old, with: new, label: label)
                }
            }
        }
    }

    struct Grow: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the vault larger, or smaller with --shrink.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "New size.") var size: ByteCount
        @Flag(help: "Move what is in the way and cut the image.") var shrink = false

        func run() throws {
            let volume = try access.open(readOnly: false)
            let blocks = size.bytes / UInt64(VaultFormat.blockSize)
            try Console.reportingVault(access.image) {
                if shrink {
                    try volume.shrink(toBlockCount: blocks)
                } else {
                    try volume.grow(toBlockCount: blocks)
                }
                print("\(volume.usage.blockCount) blocks")
            }
        }
    }

    struct SnapshotCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "snapshot", abstract: "Keep the present state under a name.")

        @OptionGroup var access: VaultAccess
        @Argument(help: "Name of the snapshot.") var name: String
        @Flag(help: "Give the snapshot up instead.") var remove = false

        func run() throws {
            let volume = try access.open(readOnly: false)
            try Console.reportingVault(name) {
                if remove {
                    try volume.removeSnapshot(named: name)
                } else {
                    print("epoch \(try volume.takeSnapshot(named: name))")
                }
            }
        }
    }

    struct CheckAnchor: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-anchor",
            abstract: "Compare the vault with its anchor.",
            discussion: "Exits with 77 on rollback or fork.")

        @OptionGroup var access: VaultAccess

        func validate() throws {
            guard access.anchor != nil else { throw ValidationError("name the --anchor") }
        }

        func run() throws {
            let volume = try access.open(readOnly: true)
            print("\(volume.freshness)")
        }
    }
}
