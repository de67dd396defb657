internal import Vault

/// Any bytes as a superblock's plaintext.
package func fuzzSuperblock(_ bytes: [UInt8]) { _ = VaultDecoders.superblock(bytes) }

/// Any bytes as a block of the trees.
package func fuzzTreeBlock(_ bytes: [UInt8]) { VaultDecoders.treeBlock(bytes) }

/// Any bytes as a key-slot block.
package func fuzzKeySlots(_ bytes: [UInt8]) { VaultDecoders.keySlots(bytes) }
