internal import COpenSSL

/// Private keys computed from a seed, so that a simulated TEE or a test repeats itself.
///
/// Whoever knows the seed has the keys: never for anything that must stay secret.
package struct SeededKeys: Sendable {
    private let seed: [UInt8]

    /// Keys from a seed of any length.
    package init(seed: [UInt8]) { self.seed = Hash.sha512(seed) }

    /// `count` bytes that the seed and a label give.
    package func bytes(_ label: String, count: Int) -> [UInt8] {
        var output: [UInt8] = []
        var block: UInt8 = 0
        while output.count < count {
            output += Hash.sha512(seed + [block] + Array(label.utf8))
            block &+= 1
        }
        return Array(output.prefix(count))
    }

    /// The key on a curve that belongs to a label.
    package func key(
        _ label: String, on curve: SigningKey.Curve
    ) throws(CryptographyFailure) -> SigningKey {
        // A scalar with its first bit clear is below the order of either curve; zero has
        // probability 2^-255.
        var scalar = bytes(label, count: curve.byteCount)
        scalar[0] &= 0x7f
        let oid: [UInt8] =
            curve == .p256
            ? [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
            : [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]
        // ECPrivateKey (RFC 5915 §3); libcrypto computes the public point.
        let fields =
            [0x02, 0x01, 0x01, 0x04, UInt8(scalar.count)] + scalar + [0xa0, UInt8(oid.count)] + oid
        return try SigningKey(
            privateKey: SecretBytes(copying: [0x30, UInt8(fields.count)] + fields))
    }

    /// The RSA key that belongs to a label.
    ///
    /// - Parameter bits: size of the modulus, a multiple of 128 from 2048 to 4096.
    package func rsaKey(_ label: String, bits: Int) throws(CryptographyFailure) -> SigningKey {
        precondition(2048...4096 ~= bits && bits.isMultiple(of: 128), "unsupported RSA size")
        guard
            let encoded = RSAKeyBuilder.build(
                bytes(label + " p", count: bits / 16), bytes(label + " q", count: bits / 16))
        else { throw .library(operation: "RSA key from a seed") }
        return try SigningKey(privateKey: SecretBytes(copying: encoded))
    }
}

/// Big-number work for an RSA key from two starting points (FIPS 186-5 §A.1 in shape, without its
/// entropy demands: the seed is public anyway).
private enum RSAKeyBuilder {
    /// RSAPrivateKey (RFC 8017 §A.1.2) with primes at or above the two starting points.
    static func build(_ first: [UInt8], _ second: [UInt8]) -> [UInt8]? {
        guard let context = unsafe BN_CTX_new() else { return nil }
        // SAFETY: every number below comes from this context and is released with it.
        unsafe BN_CTX_start(context)
        defer {
            unsafe BN_CTX_end(context)
            unsafe BN_CTX_free(context)
        }
        func number() -> OpaquePointer? { unsafe BN_CTX_get(context) }
        guard let e = unsafe number(), let n = unsafe number(), let d = unsafe number(),
            let p1 = unsafe number(), let q1 = unsafe number(), let phi = unsafe number(),
            let dp = unsafe number(), let dq = unsafe number(), let qInverse = unsafe number(),
            let p = unsafe number(), let q = unsafe number(),
            unsafe BN_set_word(e, 65_537) == 1, unsafe prime(p, first, e, context),
            unsafe prime(q, second, e, context)
        else { return nil }
        guard unsafe BN_mul(n, p, q, context) == 1, unsafe BN_sub(p1, p, BN_value_one()) == 1,
            unsafe BN_sub(q1, q, BN_value_one()) == 1, unsafe BN_mul(phi, p1, q1, context) == 1,
            unsafe BN_mod_inverse(d, e, phi, context) != nil,
            unsafe BN_div(nil, dp, d, p1, context) == 1,
            unsafe BN_div(nil, dq, d, q1, context) == 1,
            unsafe BN_mod_inverse(qInverse, q, p, context) != nil
        else { return nil }
        var fields: [UInt8] = [0x02, 0x01, 0x00]
        unsafe fields += integer(n) + integer(e) + integer(d) + integer(p)
        unsafe fields += integer(q) + integer(dp) + integer(dq) + integer(qInverse)
        return header(0x30, fields.count) + fields
    }

    /// The first prime from `start` upwards, with its top two bits set, that RSA can use with `e`.
    private static func prime(
        _ prime: OpaquePointer, _ start: [UInt8], _ e: OpaquePointer, _ context: OpaquePointer
    ) -> Bool {
        var start = start
        start[0] |= 0xc0
        start[start.count - 1] |= 1
        guard unsafe BN_bin2bn(start, Int32(start.count), prime) != nil else { return false }
        for _ in 0..<100_000 {
            if unsafe BN_check_prime(prime, context, nil) == 1,
                unsafe BN_mod_word(prime, 65_537) != 1
            {
                return true
            }
            guard unsafe BN_add_word(prime, 2) == 1 else { return false }
        }
        return false
    }

    private static func integer(_ value: OpaquePointer) -> [UInt8] {
        let size = unsafe (Int(BN_num_bits(value)) + 8) / 8
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // SAFETY: the buffer has one bit more than the number.
            _ = unsafe BN_bn2binpad(value, buffer.baseAddress, Int32(size))
            count = size
        }
        return header(0x02, size) + bytes
    }

    private static func header(_ tag: UInt8, _ count: Int) -> [UInt8] {
        switch count {
        case 0..<0x80: [tag, UInt8(count)]
        case 0x80..<0x100: [tag, 0x81, UInt8(count)]
        default: [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xff)]
        }
    }
}
