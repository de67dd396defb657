internal import Bytes
package import Cryptography

/// What opens a key slot.
package enum UnlockKey: Sendable {
    /// 32 random bytes, from a file or released by an attestation service.
    case raw(SecretBytes)
    /// A person's passphrase.
    case passphrase(SecretBytes)
}

/// What a slot is for, as `info` tells it.
package struct KeySlotDescription: Equatable, Sendable {
    /// How the slot's key is made.
    package enum Kind: UInt8, Sendable {
        /// Free.
        case empty = 0
        /// From 32 random bytes.
        case raw = 1
        /// From a passphrase by scrypt.
        case passphrase = 2
    }

    /// How the slot's key is made.
    package var kind: Kind
    /// A person's note, at most 55 bytes of UTF-8.
    package var label: String
}

/// The block that wraps the volume key: eight slots that cannot be told from random bytes, and a
/// sealed list of what they are.
///
/// No cipher, cost or kind is read from clear bytes: an opener knows what key it holds and tries
/// every slot.
struct KeySlots: Sendable {
    /// Slots in a volume.
    static let slotCount = 8
    private static let slotByteCount = 72
    private static let saltByteCount = 32
    private static let directoryOffset = 16 + saltByteCount + slotCount * slotByteCount
    private static let directoryByteCount =
        VaultFormat.blockSize - directoryOffset - XAESGCMKey.nonceByteCount
        - XAESGCMKey.tagByteCount

    /// Makes it cheap to tell which of the two copies is newer.
    private(set) var generation: UInt64
    /// Public salt of every slot's key derivation.
    private var salt: [UInt8]
    private var wrapped: [[UInt8]]
    /// What each slot is.
    private(set) var descriptions: [KeySlotDescription]

    /// An area with one slot in use.
    init(
        volumeKey: SecretBytes, unlock: UnlockKey, label: String, scrypt: Scrypt,
        entropy: any Entropy
    ) throws(CryptographyFailure) {
        generation = 0
        salt = try entropy.bytes(Self.saltByteCount)
        wrapped = []
        for _ in 0..<Self.slotCount { wrapped.append(try entropy.bytes(Self.slotByteCount)) }
        descriptions = Array(
            repeating: KeySlotDescription(kind: .empty, label: ""), count: Self.slotCount)
        try set(
            0, volumeKey: volumeKey, unlock: unlock, label: label, scrypt: scrypt, entropy: entropy)
    }

    /// Wraps the volume key in slot `index`.
    mutating func set(
        _ index: Int, volumeKey: SecretBytes, unlock: UnlockKey, label: String, scrypt: Scrypt,
        entropy: any Entropy
    ) throws(CryptographyFailure) {
        let key = try Self.wrappingKey(unlock, salt: salt, slot: index, scrypt: scrypt)
        let nonce = try entropy.bytes(XAESGCMKey.nonceByteCount)
        let sealed = try key.seal(
            volumeKey.exposed, nonce: nonce, associatedData: Self.associatedData(salt, index))
        wrapped[index] = nonce + sealed
        let kind: KeySlotDescription.Kind =
            switch unlock {
            case .raw: .raw
            case .passphrase: .passphrase
            }
        descriptions[index] = KeySlotDescription(kind: kind, label: label)
    }

    /// Forgets the key in slot `index`: random bytes take its place.
    mutating func clear(_ index: Int, entropy: any Entropy) throws(CryptographyFailure) {
        wrapped[index] = try entropy.bytes(Self.slotByteCount)
        descriptions[index] = KeySlotDescription(kind: .empty, label: "")
    }

    /// Index of the slot that `unlock` opens.
    func slot(openedBy unlock: UnlockKey, scrypt: Scrypt) throws(CryptographyFailure) -> Int? {
        try Self.tryAll(unlock, salt: salt, wrapped: wrapped, scrypt: scrypt)?.slot
    }

    /// The block, with the next generation number.
    mutating func nextBlock(
        keys: VolumeKeys, entropy: any Entropy
    ) throws(CryptographyFailure) -> [UInt8] {
        generation += 1
        var block = SealedBlock.header + salt + wrapped.flatMap { $0 }
        var list: [UInt8] = []
        list.append(littleEndian: generation)
        for description in descriptions {
            let text = Array(description.label.utf8.prefix(55))
            list.append(description.kind.rawValue)
            list.append(UInt8(text.count))
            list += text
            list.pad(to: list.count + 55 - text.count)
        }
        list.pad(to: Self.directoryByteCount)
        let nonce = try entropy.bytes(XAESGCMKey.nonceByteCount)
        let sealed = try keys.slots.seal(list, nonce: nonce, associatedData: block)
        block += nonce + sealed
        return block
    }

    /// The volume key, if `unlock` opens one of the block's slots. Nothing else is believed yet.
    static func volumeKey(
        in block: [UInt8], unlock: UnlockKey, scrypt: Scrypt
    ) throws(CryptographyFailure) -> SecretBytes? {
        guard block.count == VaultFormat.blockSize, block.starts(with: SealedBlock.header) else {
            return nil
        }
        let (salt, wrapped) = clearParts(of: block)
        return try tryAll(unlock, salt: salt, wrapped: wrapped, scrypt: scrypt)?.key
    }

    /// Reads a whole area; authentic under the volume's own key or refused.
    init(block: [UInt8], keys: VolumeKeys) throws(VaultRejection) {
        guard block.count == VaultFormat.blockSize, block.starts(with: SealedBlock.header) else {
            throw .damaged(what: "key slots", address: VaultFormat.keySlotAddresses[0])
        }
        do {
            let offset = Self.directoryOffset
            let nonce = [UInt8](block[offset..<offset + XAESGCMKey.nonceByteCount])
            let list = try keys.slots.open(
                [UInt8](block[(offset + XAESGCMKey.nonceByteCount)...]), nonce: nonce,
                associatedData: [UInt8](block[..<offset]))
            (salt, wrapped) = Self.clearParts(of: block)
            var reader = ByteReader(list)
            generation = try reader.integer("generation")
            descriptions = []
            for _ in 0..<Self.slotCount {
                descriptions.append(try Self.decodeDescription(&reader))
            }
        } catch {
            throw .damaged(what: "key slots", address: VaultFormat.keySlotAddresses[0])
        }
    }

    private static func decodeDescription(
        _ reader: inout ByteReader
    ) throws(MalformedBytes) -> KeySlotDescription {
        let start = reader.offset
        let kindByte: UInt8 = try reader.integer("slot kind")
        let length: UInt8 = try reader.integer("label length")
        let text = try reader.bytes(55, "label")
        guard let kind = KeySlotDescription.Kind(rawValue: kindByte), length <= 55 else {
            throw MalformedBytes(field: "slot kind", offset: start, problem: "\(kindByte)")
        }
        return KeySlotDescription(
            kind: kind, label: String(decoding: text.prefix(Int(length)), as: UTF8.self))
    }

    private static func clearParts(of block: [UInt8]) -> (salt: [UInt8], wrapped: [[UInt8]]) {
        let first = 16 + saltByteCount
        let wrapped = (0..<slotCount).map { index in
            [UInt8](block[first + index * slotByteCount..<first + (index + 1) * slotByteCount])
        }
        return ([UInt8](block[16..<first]), wrapped)
    }

    private static func tryAll(
        _ unlock: UnlockKey, salt: [UInt8], wrapped: [[UInt8]], scrypt: Scrypt
    ) throws(CryptographyFailure) -> (slot: Int, key: SecretBytes)? {
        let stretched = try stretch(unlock, salt: salt, scrypt: scrypt)
        for (index, slot) in wrapped.enumerated() {
            let key = try slotKey(stretched, salt: salt, slot: index)
            let nonce = [UInt8](slot.prefix(XAESGCMKey.nonceByteCount))
            let sealed = [UInt8](slot.dropFirst(XAESGCMKey.nonceByteCount))
            if var bytes = try? key.open(
                sealed, nonce: nonce, associatedData: associatedData(salt, index))
            {
                defer { unsafe bytes.withUnsafeMutableBytes { unsafe wipe($0) } }
                return (index, SecretBytes(copying: bytes))
            }
        }
        return nil
    }

    private static func wrappingKey(
        _ unlock: UnlockKey, salt: [UInt8], slot: Int, scrypt: Scrypt
    ) throws(CryptographyFailure) -> XAESGCMKey {
        try slotKey(stretch(unlock, salt: salt, scrypt: scrypt), salt: salt, slot: slot)
    }

    /// One costly derivation serves all slots, since they share the salt.
    private static func stretch(
        _ unlock: UnlockKey, salt: [UInt8], scrypt: Scrypt
    ) throws(CryptographyFailure) -> SecretBytes {
        switch unlock {
        case .raw(let key):
            try HKDF.derive(from: key, salt: salt, info: Array("martlet vault 1 raw key".utf8))
        case .passphrase(let passphrase): try scrypt.derive(from: passphrase, salt: salt)
        }
    }

    private static func slotKey(
        _ stretched: SecretBytes, salt: [UInt8], slot: Int
    ) throws(CryptographyFailure) -> XAESGCMKey {
        let info = Array("martlet vault 1 slot \(slot)".utf8)
        return try XAESGCMKey(HKDF.derive(from: stretched, salt: salt, info: info))
    }

    private static func associatedData(_ salt: [UInt8], _ slot: Int) -> [UInt8] {
        SealedBlock.header + salt + [UInt8(slot)]
    }
}
