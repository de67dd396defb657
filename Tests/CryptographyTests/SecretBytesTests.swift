import Cryptography
import Testing

@Suite struct SecretBytesTests {
    @Test("a secret's description tells its size and none of its bytes")
    func description() {
        let secret = SecretBytes(copying: [0x41, 0x42, 0x43])
        #expect("\(secret)" == "SecretBytes(3 bytes)")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("equality holds for equal bytes, and fails for another byte or another size")
    func equality() {
        let secret = SecretBytes(copying: [1, 2, 3])
        #expect(secret.constantTimeEquals(SecretBytes(copying: [1, 2, 3])))
        #expect(!secret.constantTimeEquals(SecretBytes(copying: [1, 2, 4])))
        #expect(!secret.constantTimeEquals(SecretBytes(copying: [1, 2])))
        #expect(constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [3, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    }

    @Test("the system's entropy fills more than one call's worth and does not repeat")
    func entropy() throws {
        let first = try SystemEntropy().bytes(1000)
        let second = try SystemEntropy().bytes(1000)
        #expect(first.count == 1000)
        #expect(first != second)
        #expect(first[900...].contains { $0 != 0 })
    }
}
