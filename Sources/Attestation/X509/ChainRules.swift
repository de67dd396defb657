/// What a vendor's certificate chains must be like.
package struct ChainRules: Sendable {
    /// The signature algorithms that the vendor uses for certificates and lists, and no other.
    package var algorithms: [SignatureAlgorithm]
    /// The least size of an RSA key, in bits.
    package var minimumRSABits = 3072

    package init(algorithms: [SignatureAlgorithm]) { self.algorithms = algorithms }
}
