extension AESGCMKey {
    /// Encrypts to `ciphertext ‖ tag`.
    package func seal(
        _ plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        var sealed = plaintext + [UInt8](repeating: 0, count: Self.tagByteCount)
        try unsafe sealed.lendMutable { sealed throws(CryptographyFailure) in
            try unsafe nonce.lend { nonce throws(CryptographyFailure) in
                try unsafe associatedData.lend { data throws(CryptographyFailure) in
                    // SAFETY: the array was made 16 bytes longer than the plaintext.
                    let body = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: sealed[..<plaintext.count])
                    let tag = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: sealed[plaintext.count...])
                    try unsafe seal(
                        UnsafeRawBufferPointer(body), nonce: nonce, associatedData: data,
                        into: body, tag: tag)
                }
            }
        }
        return sealed
    }

    /// Decrypts `ciphertext ‖ tag`.
    ///
    /// - Throws: ``CryptographyFailure/authenticationFailed``.
    package func open(
        _ sealed: [UInt8], nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        guard sealed.count >= Self.tagByteCount else { throw .authenticationFailed }
        let tag = [UInt8](sealed.suffix(Self.tagByteCount))
        var body = [UInt8](sealed.dropLast(Self.tagByteCount))
        try unsafe body.lendMutable { body throws(CryptographyFailure) in
            try unsafe nonce.lend { nonce throws(CryptographyFailure) in
                try unsafe associatedData.lend { data throws(CryptographyFailure) in
                    try unsafe tag.lend { tag throws(CryptographyFailure) in
                        try unsafe open(
                            UnsafeRawBufferPointer(body), nonce: nonce, associatedData: data,
                            tag: tag, into: body)
                    }
                }
            }
        }
        return body
    }
}

extension [UInt8] {
    /// `withUnsafeBytes` with a typed error.
    fileprivate func lend(
        _ body: (UnsafeRawBufferPointer) throws(CryptographyFailure) -> Void
    ) throws(CryptographyFailure) {
        // SAFETY: the buffer does not outlive `body`.
        let result = unsafe withUnsafeBytes { buffer in
            Result { () throws(CryptographyFailure) in try unsafe body(buffer) }
        }
        try result.get()
    }

    /// `withUnsafeMutableBytes` with a typed error.
    fileprivate mutating func lendMutable(
        _ body: (UnsafeMutableRawBufferPointer) throws(CryptographyFailure) -> Void
    ) throws(CryptographyFailure) {
        // SAFETY: the buffer does not outlive `body`.
        let result = unsafe withUnsafeMutableBytes { buffer in
            Result { () throws(CryptographyFailure) in try unsafe body(buffer) }
        }
        try result.get()
    }
}
