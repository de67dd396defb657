internal import Cryptography
internal import Synchronization

// Key slots: the volume key stays, only its wrappings change, so the size of the volume is no matter.

extension Volume {
    /// What each of the eight slots is.
    package func keySlots() throws(VaultFailure) -> [KeySlotDescription] {
        try core.withLock { core throws(VaultFailure) in try core.readSlots().descriptions }
    }

    /// Lets one more key open the volume.
    ///
    /// - Returns: the slot it got.
    @discardableResult
    package func addKey(_ key: UnlockKey, label: String) throws(VaultFailure) -> Int {
        try changeSlots { slots, core throws(VaultFailure) in
            guard let free = slots.descriptions.firstIndex(where: { $0.kind == .empty }) else {
                throw .noSpace
            }
            try core.wrap(key, label, in: free, &slots)
            return free
        }
    }

    /// Replaces the key of the slot that `old` opens. An image from before still opens with `old`.
    package func replaceKey(
        _ old: UnlockKey, with new: UnlockKey, label: String
    ) throws(VaultFailure) {
        try changeSlots { slots, core throws(VaultFailure) in
            let slot: Int?
            do throws(CryptographyFailure) {
                slot = try slots.slot(openedBy: old, scrypt: core.options.scrypt)
            } catch {
                throw .failed
            }
            guard let slot else { throw .noEntry }
            try core.wrap(new, label, in: slot, &slots)
        }
    }

    /// Stops the key in a slot from opening the volume; the last one stays.
    package func removeKey(slot: Int) throws(VaultFailure) {
        try changeSlots { slots, core throws(VaultFailure) in
            guard slots.descriptions.indices.contains(slot),
                slots.descriptions[slot].kind != .empty
            else { throw .noEntry }
            guard slots.descriptions.count(where: { $0.kind != .empty }) > 1 else {
                throw .notPermitted
            }
            do throws(CryptographyFailure) {
                try slots.clear(slot, entropy: core.options.entropy)
            } catch {
                throw .failed
            }
        }
    }

    /// Changes the slots: first one copy, then the other, so that one is whole at every instant;
    /// then a commit that no older copy can pass any more.
    private func changeSlots<Result: Sendable>(
        _ body: (inout KeySlots, VolumeCore) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        let result = try core.withLock { core throws(VaultFailure) in
            try core.requireWritable()
            var slots = try core.readSlots()
            let result = try body(&slots, core)
            try core.writeSlots(&slots)
            return result
        }
        try commit(checkpoint: true)
        return result
    }
}

extension VolumeCore {
    /// The newest copy of the key slots that authenticates.
    func readSlots() throws(VaultFailure) -> KeySlots {
        var best: KeySlots?
        for address in VaultFormat.keySlotAddresses {
            guard let block = try? store.block(at: address),
                let slots = try? KeySlots(block: block, keys: keys)
            else { continue }
            if slots.generation > best?.generation ?? 0 { best = slots }
        }
        guard let best else {
            throw .damaged(what: "key slots", address: VaultFormat.keySlotAddresses[0])
        }
        return best
    }

    /// Wraps the volume key in a slot.
    fileprivate func wrap(
        _ key: UnlockKey, _ label: String, in slot: Int, _ slots: inout KeySlots
    ) throws(VaultFailure) {
        do throws(CryptographyFailure) {
            try slots.set(
                slot, volumeKey: keys.volumeKey, unlock: key, label: label, scrypt: options.scrypt,
                entropy: options.entropy)
        } catch {
            throw .failed
        }
    }

    fileprivate func writeSlots(_ slots: inout KeySlots) throws(VaultFailure) {
        do {
            let block = try slots.nextBlock(keys: keys, entropy: options.entropy)
            for address in VaultFormat.keySlotAddresses {
                try store.write(block, at: address)
                try store.barrier()
            }
        } catch let error as StoreFailure {
            throw .store(error)
        } catch {
            throw .failed
        }
        slotGeneration = slots.generation
    }
}
