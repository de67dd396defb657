import Attestation
import Diagnostics
import Keep
import Platform

/// Where a keep runs: its doors and what it can have there.
struct KeepPlace {
    enum Kind: Equatable {
        /// A process whose host hands it descriptors.
        case process(broker: Int32)
        /// The only program of a virtual machine.
        case machine
        /// An enclave or a machine of somebody's own; vaults are files of a directory.
        case standalone(vaults: String)
    }

    /// A listening socket for clients.
    var control: Int32
    /// Readable, or at its end, when the keep is to end.
    var lifeline: Int32?
    var kind: Kind

    func resources(_ log: @escaping @Sendable (String) -> Void) -> any HostResources {
        switch kind {
        case .process(let broker): HostBroker(owning: FileDescriptor(owning: broker))
        case .machine: MachineResources(log: log)
        case .standalone(let vaults): MachineResources(vaults: vaults, log: log)
        }
    }

    /// The pin that the launch itself carries, so that evidence shows it and no argument is needed.
    func ownerPin(_ source: any EvidenceSource) throws(Diagnostic) -> [UInt8]? {
        guard kind == .machine else { return nil }
        do throws(CollectionFailure) {
            let bundle = try source.evidence(reportData: [UInt8](repeating: 0, count: 64))
            guard let data = bundle.launchData, data.contains(where: { $0 != 0 }) else {
                return nil
            }
            return Array(data.prefix(32))
        } catch {
            throw error.diagnostic
        }
    }
}
