import Diagnostics
import Vault
import VaultFileSystem
import WASI

/// A volume that a program sees below a name.
struct GuestVolume {
    var volume: Volume
    var mapping: DirectoryMapping
}

extension GuestRun {
    /// Opens the vaults that the command names, all with one key, and says how fresh they are.
    func openVaults() throws -> [GuestVolume] {
        let capabilities = command.capabilities
        guard !capabilities.vault.isEmpty else { return [] }
        var key = VaultKeyOptions()
        key.keyFile = capabilities.vaultKeyFile
        key.keyDescriptor = nil
        key.passphraseFile = capabilities.vaultPassphraseFile
        key.passphrase = capabilities.vaultPassphrase
        let unlock = try key.unlockKey()
        return try capabilities.vault.map { mapping in
            let volume = try VaultAccess.open(
                mapping.host, readOnly: mapping.isReadOnly, unlock: unlock,
                anchor: capabilities.vaultAnchor, limit: capabilities.vaultLimit)
            Console.write(
                "martlet: vault \(mapping.host.escapedForDisplay()): \(volume.freshness)\n")
            return GuestVolume(volume: volume, mapping: mapping)
        }
    }

    /// Makes what the program wrote durable.
    func close(_ volumes: [GuestVolume]) throws(CommandFailure) {
        for volume in volumes where !volume.mapping.isReadOnly {
            do throws(VaultFailure) {
                _ = try volume.volume.sync()
                try volume.volume.close()
            } catch {
                throw CommandFailure(
                    .unavailable, error.diagnostic.inFile(volume.mapping.host))
            }
        }
    }

    func addVaults(
        _ volumes: [GuestVolume], _ configuration: inout WASIConfiguration
    ) throws(CommandFailure) {
        for entry in volumes {
            do throws(WASIErrno) {
                let root = try VaultTree(entry.volume).root(isReadOnly: entry.mapping.isReadOnly)
                configuration.preopens.append((entry.mapping.guest, root))
            } catch {
                throw CommandFailure(
                    .unavailable,
                    Diagnostic(
                        what: "the vault's top directory can not be read: \(error)",
                        where: entry.mapping.host.escapedForDisplay(),
                        remedy: "check it with `martlet vault fsck`"))
            }
        }
    }
}
