internal import COpenSSL

/// A digest computed piece by piece (FIPS 180-4), for input that is not in one place.
@safe package struct StreamingHash: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: HashAlgorithm

    package init(_ algorithm: HashAlgorithm) {
        self.algorithm = algorithm
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("no memory") }
        // SAFETY: the context was just made and is freed once, in `deinit`.
        unsafe self.context = context
        let status = unsafe EVP_DigestInit_ex(context, algorithm.evp, nil)
        precondition(status == 1, "libcrypto offers no \(algorithm)")
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    package mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            // SAFETY: pointer and count come from one buffer that outlives the call.
            _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
        if done == nil { update(Array(bytes)) }
    }

    /// The digest of everything taken.
    package consuming func finish() -> [UInt8] {
        let context = unsafe self.context
        let count = algorithm.byteCount
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            // SAFETY: the output holds as many bytes as the algorithm's digest has.
            let status = unsafe EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(status == 1, "libcrypto could not finish a digest")
            filled = count
        }
    }
}
