package import Attestation
internal import Bytes
package import Cryptography
package import Diagnostics

/// A receipt with the evidence of the keep that gave it, signed by the keep's key: a COSE_Sign1
/// message (RFC 9052 §4.2) whose payload is an array of the two.
package struct SignedReceipt: Sendable {
    package let receipt: Receipt
    package let evidence: EvidenceBundle
    /// The whole message.
    package let encoded: [UInt8]

    /// The protected header: ES256 (RFC 9053 §2.1) and nothing else.
    private static let header = CBORValue.map([CBOREntry(CBORValue(1), CBORValue(-7))])
        .deterministicEncoding

    /// Signs with the keep's key, P-256.
    package init(
        _ receipt: Receipt, evidence: EvidenceBundle, key: SigningKey
    ) throws(CryptographyFailure) {
        self.receipt = receipt
        self.evidence = evidence
        let payload = CBORValue.array([
            .bytes(receipt.encoded[...]), .bytes(evidence.encoded[...]),
        ]).deterministicEncoding
        let covered = CBORValue.array([
            .text("Signature1"), .bytes(Self.header[...]), .bytes([]), .bytes(payload[...]),
        ]).deterministicEncoding
        let signature = try key.signECDSA(covered)
        encoded =
            CBORValue.tagged(
                18,
                .array([
                    .bytes(Self.header[...]), .map([]), .bytes(payload[...]),
                    .bytes(signature[...]),
                ])
            ).deterministicEncoding
    }

    /// Decodes a message and checks that the key it names signed it; who holds that key, the evidence
    /// has to tell.
    package init(decoding bytes: [UInt8]) throws(ReceiptRejection) {
        do {
            let message = try COSESign1(decoding: bytes[...])
            guard case .array(let parts) = try CBORReader.decode(message.payload, "receipt"),
                parts.count == 2, case .bytes(let claims) = parts[0],
                case .bytes(let bundle) = parts[1]
            else { throw ReceiptRejection("the payload is not claims and evidence") }
            receipt = try Receipt(decoding: claims)
            guard Array(claims) == receipt.encoded else {
                throw ReceiptRejection("the claims are not canonical")
            }
            evidence = try EvidenceBundle(decoding: bundle)
            let key = try PublicKey(decoding: receipt.publicKey[...])
            guard message.algorithm == .es256, message.isSigned(by: key) else {
                throw ReceiptRejection("the signature is not that of the keep's key")
            }
            encoded = bytes
        } catch let error as ReceiptRejection {
            throw error
        } catch let error as MalformedBytes {
            throw ReceiptRejection(error.description)
        } catch let error as EvidenceRejection {
            throw ReceiptRejection(error.diagnostic.what)
        } catch {
            throw ReceiptRejection("\(error)")
        }
    }

    /// Verifies that a keep which the policy accepts gave the receipt.
    ///
    /// - Parameter policy: must state `workload-identity`.
    package func appraise(
        policy: Policy, roots: TrustRoots, now: Instant
    ) throws(ReceiptRejection) -> Appraisal {
        do {
            let verified = try evidence.verify(roots: roots, now: now)
            return Attestation.appraise(try verified.bound(to: try receipt.binding()), policy)
        } catch let error as EvidenceRejection {
            throw ReceiptRejection(error.diagnostic.what)
        } catch let error as InvalidBinding {
            throw ReceiptRejection(error.diagnostic.what)
        } catch {
            throw ReceiptRejection("\(error)")
        }
    }
}

/// Why a receipt proves nothing.
package struct ReceiptRejection: Error, Equatable, Sendable, Diagnosable {
    package let what: String

    package init(_ what: String) { self.what = what }

    package var diagnostic: Diagnostic {
        Diagnostic(
            what: what, where: "receipt",
            remedy: "a receipt is valid only as the keep gave it, byte for byte")
    }
}
