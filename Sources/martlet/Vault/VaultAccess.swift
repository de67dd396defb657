import ArgumentParser
import Bytes
import Cryptography
import Diagnostics
import Platform
import Vault

/// Where a vault is, what opens it, and who remembers its newest state. A key never stands on the
/// command line, where every process of the machine could read it.
struct VaultAccess: ParsableArguments {
    @Argument(help: "The vault: an image file or a block device.")
    var image: String

    @OptionGroup var key: VaultKeyOptions

    @Option(help: "File that remembers the newest state, kept where the host cannot rewind it.")
    var anchor: String?

    /// Opens the vault.
    func open(readOnly: Bool) throws -> Volume {
        try Self.open(image, readOnly: readOnly, unlock: try key.unlockKey(), anchor: anchor)
    }

    /// Opens a vault that another command names; it grows to `limit` and no further.
    static func open(
        _ image: String, readOnly: Bool, unlock: UnlockKey, anchor: String?,
        limit: ByteCount = ByteCount(bytes: .max)
    ) throws -> Volume {
        var options = VolumeOptions()
        options.growth = .upTo(
            blocks: min(
                limit.bytes / UInt64(VaultFormat.blockSize), VaultFormat.maximumBlockCount))
        options.isReadOnly = readOnly
        options.now = { SystemClockID.realtime.nanoseconds }
        return try Console.reportingVault {
            let store = try FileBlockStore(opening: path(image), readOnly: readOnly)
            return try Volume.open(
                store, unlock: unlock, anchor: try anchorFile(anchor), options: options)
        }
    }

    /// The anchor, if one is named.
    func anchorFile() throws -> FileAnchor? { try Self.anchorFile(anchor) }

    private static func anchorFile(_ anchor: String?) throws -> FileAnchor? {
        guard let anchor else { return nil }
        let parts = anchor.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        guard let name = parts.last, !name.isEmpty,
            let file = FileAnchor(directory: folder.isEmpty ? "/" : folder, name: String(name))
        else { throw ValidationError("--anchor does not name a file") }
        return file
    }

    static func path(_ text: String) throws -> PathName {
        guard let path = PathName(text) else { throw ValidationError("a path holds a zero byte") }
        return path
    }
}

/// The ways to give a key.
struct VaultKeyOptions: ParsableArguments {
    @Option(help: "File with the key: 32 bytes, or 64 hexadecimal digits.")
    var keyFile: String?

    @Option(help: "Open file descriptor from which the key is read.")
    var keyDescriptor: Int32?

    @Option(help: "File whose first line is the passphrase.")
    var passphraseFile: String?

    @Flag(help: "Ask for a passphrase on the terminal. The default when no key is named.")
    var passphrase = false

    /// The key; asks for it when needed.
    func unlockKey(prompt: String = "Passphrase: ") throws -> UnlockKey {
        let given = [keyFile != nil, keyDescriptor != nil, passphraseFile != nil, passphrase]
        guard given.count(where: { $0 }) <= 1 else {
            throw ValidationError("give one of --key-file, --key-descriptor, --passphrase-file")
        }
        if let keyFile { return .raw(try Self.rawKey(Self.contents(keyFile), from: keyFile)) }
        if let keyDescriptor {
            let bytes = try Console.reportingVault {
                try BorrowedDescriptor(number: keyDescriptor).readAll(limitBytes: 4096)
            }
            return .raw(try Self.rawKey(bytes, from: "descriptor \(keyDescriptor)"))
        }
        let line: [UInt8]
        if let passphraseFile {
            let text = try Self.contents(passphraseFile)
            line = Array(text.prefix { $0 != UInt8(ascii: "\n") })
        } else {
            line = try Console.reportingVault { try Terminal.readSecret(prompt: prompt) }
        }
        guard !line.isEmpty else { throw ValidationError("the passphrase is empty") }
        return .passphrase(SecretBytes(copying: line))
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        let name = try VaultAccess.path(path)
        return try Console.reportingVault(path) {
            let file = try BorrowedDescriptor.currentDirectory.open(name, [.readOnly])
            return try file.borrowed.readAll(limitBytes: 4096)
        }
    }

    private static func rawKey(_ bytes: [UInt8], from place: String) throws -> SecretBytes {
        if bytes.count == 32 { return SecretBytes(copying: bytes) }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        guard let key = [UInt8](hexadecimal: text), key.count == 32 else {
            Console.report(
                Diagnostic(
                    what: "a key is 32 bytes or 64 hexadecimal digits; this is neither",
                    where: place, remedy: "make one with `head -c 32 /dev/urandom`"))
            throw ExitCode(ExitStatus.data.rawValue)
        }
        return SecretBytes(copying: key)
    }
}

extension Console {
    /// Runs `body`; an error of the vault or the system is told, and becomes its exit code.
    static func reportingVault<R>(_ place: String = "", _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as VaultRejection {
            report(error.diagnostic)
            throw ExitCode(Self.status(of: error).rawValue)
        } catch let error as VaultFailure {
            report(error.diagnostic.located(place))
            throw ExitCode(ExitStatus.data.rawValue)
        } catch let error as StoreFailure {
            let text = Errno(rawValue: error.errorNumber)
            report(Diagnostic(what: "cannot \(error.operation.rawValue) the image: \(text)"))
            throw ExitCode(ExitStatus.unavailable.rawValue)
        } catch let error as AnchorFailure {
            report(error.diagnostic)
            throw ExitCode(ExitStatus.unavailable.rawValue)
        } catch let error as Errno {
            report(Diagnostic(what: "\(error)", where: place))
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    private static func status(of rejection: VaultRejection) -> ExitStatus {
        switch rejection {
        case .store, .anchor: .unavailable
        case .rollback, .fork, .wrongKey: .refused
        default: .data
        }
    }
}

extension Diagnostic {
    /// The same with a place, unless it has one.
    func located(_ place: String) -> Diagnostic {
        var copy = self
        if copy.location.isEmpty { copy.location = place.escapedForDisplay() }
        return copy
    }
}
