import Bytes
import Cryptography
import Testing

/// Hexadecimal that the test wrote itself.
private func hex(_ text: String) throws -> [UInt8] { try #require([UInt8](hexadecimal: text)) }

@Suite struct AEADTests {
    // "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega, test cases 14 and 16.
    @Test("AES-256-GCM answers the mode's own test cases 14 and 16")
    func aesGCMVectors() throws {
        let zero = try AESGCMKey(SecretBytes(copying: [UInt8](repeating: 0, count: 32)))
        #expect(
            try zero.seal([UInt8](repeating: 0, count: 16), nonce: [UInt8](repeating: 0, count: 12))
                == hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"))
        let key = try AESGCMKey(
            SecretBytes(
                copying: hex(
                    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")))
        let sealed = try key.seal(
            hex(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
            nonce: hex("cafebabefacedbaddecaf888"),
            associatedData: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        #expect(
            try sealed
                == hex(
                    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b"))
    }

    @Test("one flipped bit anywhere in the message, nonce, tag or data is refused")
    func flippedBits() throws {
        let key = try AESGCMKey(SecretBytes(count: 32, from: SystemEntropy()))
        let nonce = [UInt8](0..<12)
        let sealed = try key.seal([1, 2, 3, 4], nonce: nonce, associatedData: [9])
        #expect(try key.open(sealed, nonce: nonce, associatedData: [9]) == [1, 2, 3, 4])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x10
            #expect(throws: CryptographyFailure.authenticationFailed) {
                _ = try key.open(changed, nonce: nonce, associatedData: [9])
            }
        }
        #expect(throws: CryptographyFailure.authenticationFailed) {
            _ = try key.open(sealed, nonce: [UInt8](1..<13), associatedData: [9])
        }
        #expect(throws: CryptographyFailure.authenticationFailed) {
            _ = try key.open(sealed, nonce: nonce, associatedData: [8])
        }
        #expect(throws: CryptographyFailure.authenticationFailed) {
            _ = try key.open([UInt8](sealed.prefix(15)), nonce: nonce, associatedData: [9])
        }
    }

    @Test("sizes that the algorithm does not have are refused before the library sees them")
    func wrongSizes() throws {
        #expect(throws: CryptographyFailure.self) { _ = try AESGCMKey(SecretBytes(copying: [1])) }
        #expect(throws: CryptographyFailure.self) { _ = try XAESGCMKey(SecretBytes(copying: [1])) }
        let key = try AESGCMKey(SecretBytes(count: 32, from: SystemEntropy()))
        #expect(throws: CryptographyFailure.wrongSize(what: "nonce", found: 11, expected: 12)) {
            _ = try key.seal([1], nonce: [UInt8](0..<11))
        }
    }

    // C2SP, "The XAES-256-GCM extended-nonce AEAD", test vectors.
    @Test("XAES-256-GCM answers the specification's two vectors")
    func xaesVectors() throws {
        let nonce = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWX".utf8)
        let message = [UInt8]("XAES-256-GCM".utf8)
        let first = try XAESGCMKey(SecretBytes(copying: [UInt8](repeating: 1, count: 32)))
        let sealed = try first.seal(message, nonce: nonce)
        #expect(try sealed == hex("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"))
        #expect(try first.open(sealed, nonce: nonce) == message)
        let third = try XAESGCMKey(SecretBytes(copying: [UInt8](repeating: 3, count: 32)))
        #expect(
            try third.seal(
                message, nonce: nonce, associatedData: [UInt8]("c2sp.org/XAES-256-GCM".utf8))
                == hex("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"))
    }
}

@Suite struct KeyDerivationTests {
    // RFC 5869, appendix A, test cases 1 and 3.
    @Test("HKDF-SHA-256 answers RFC 5869's test cases")
    func hkdfVectors() throws {
        let secret = SecretBytes(copying: [UInt8](repeating: 0x0b, count: 22))
        let first = try HKDF.derive(
            from: secret, salt: hex("000102030405060708090a0b0c"),
            info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(
            first.constantTimeEquals(
                SecretBytes(
                    copying: try hex(
                        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                            + "34007208d5b887185865"))))
        let third = try HKDF.derive(from: secret, info: [], count: 42)
        #expect(
            third.constantTimeEquals(
                SecretBytes(
                    copying: try hex(
                        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                            + "9d201395faa4b61a96c8"))))
        #expect(throws: CryptographyFailure.self) {
            _ = try HKDF.derive(from: secret, info: [], count: 255 * 32 + 1)
        }
    }

    // RFC 7914, section 12.
    @Test("scrypt answers RFC 7914's test vector; an impossible cost is refused")
    func scryptVectors() throws {
        let key = try Scrypt(cost: 1024, blockSize: 8, parallelization: 16).derive(
            from: SecretBytes(copying: "password".utf8), salt: [UInt8]("NaCl".utf8), count: 64)
        #expect(
            key.constantTimeEquals(
                SecretBytes(
                    copying: try hex(
                        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                            + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")))
        )
        for cost: UInt64 in [0, 3, 1 << 40] {
            #expect(throws: CryptographyFailure.self) {
                _ = try Scrypt(cost: cost, blockSize: 8, parallelization: 1).derive(
                    from: SecretBytes(copying: [1]), salt: [])
            }
        }
    }
}
