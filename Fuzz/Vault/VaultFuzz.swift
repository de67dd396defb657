internal import Vault

/// Any bytes as a superblock's plaintext; short ones are filled with zeros, as its fields are.
package func fuzzSuperblock(_ bytes: [UInt8]) {
    _ = VaultDecoders.superblock(padded(bytes, to: 4040))
}

/// Any bytes as a block of the trees.
package func fuzzTreeBlock(_ bytes: [UInt8]) { VaultDecoders.treeBlock(bytes) }

/// Any bytes as a key-slot block behind its clear header, and as its sealed list.
package func fuzzKeySlots(_ bytes: [UInt8]) {
    VaultDecoders.keySlots(bytes)
    VaultDecoders.keySlots(padded(bytes, to: 3432))
    // Magic and version 1: the rest is reached only behind them.
    let header = Array("MARTLETV".utf8) + [1, 0, 0, 0, 0, 0, 0, 0]
    VaultDecoders.keySlots(header + padded(bytes, to: 4080))
}

private func padded(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    bytes.count < count ? bytes + [UInt8](repeating: 0, count: count - bytes.count) : bytes
}
