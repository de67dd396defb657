package import Bytes

/// What a verifier needs besides a quote: revocation lists, TCB information and the identity of the
/// quoting enclave, each as Intel's provisioning service gave it.
package struct DCAPCollateral: Equatable, Sendable {
    /// DER.
    package var rootRevocationList: [UInt8]
    /// DER, of the CA that issued the PCK certificate.
    package var pckRevocationList: [UInt8]
    /// The exact bytes of the `tcbInfo` object.
    package var tcbInfo: [UInt8]
    /// r || s.
    package var tcbInfoSignature: [UInt8]
    /// PEM: TCB signing certificate, root.
    package var tcbInfoChain: [UInt8]
    /// The exact bytes of the `enclaveIdentity` object.
    package var qeIdentity: [UInt8]
    /// r || s.
    package var qeIdentitySignature: [UInt8]
    /// PEM: TCB signing certificate, root.
    package var qeIdentityChain: [UInt8]

    /// Names of the parts in an ``EvidenceBundle``.
    static let partNames: Set<String> = [
        "root-crl", "pck-crl", "tcb-info", "tcb-info-signature", "tcb-info-chain", "qe-identity",
        "qe-identity-signature", "qe-identity-chain",
    ]

    /// Takes the parts of a bundle; every one is needed.
    package init(parts: [String: [UInt8]]) throws(EvidenceRejection) {
        let place = "DCAP collateral"
        func part(_ name: String) throws(EvidenceRejection) -> [UInt8] {
            try EvidenceBundle.part(
                name, of: parts, place,
                remedy: "fetch it from Intel's provisioning certification service or a cache of it")
        }
        try EvidenceBundle.checkNames(parts, known: Self.partNames, place)
        rootRevocationList = try part("root-crl")
        pckRevocationList = try part("pck-crl")
        tcbInfo = try part("tcb-info")
        tcbInfoSignature = try part("tcb-info-signature")
        tcbInfoChain = try part("tcb-info-chain")
        qeIdentity = try part("qe-identity")
        qeIdentitySignature = try part("qe-identity-signature")
        qeIdentityChain = try part("qe-identity-chain")
    }

    /// No collateral at all: every check that needs some fails.
    static let none = DCAPCollateral()

    private init() {
        rootRevocationList = []
        pckRevocationList = []
        tcbInfo = []
        tcbInfoSignature = []
        tcbInfoChain = []
        qeIdentity = []
        qeIdentitySignature = []
        qeIdentityChain = []
    }

    /// The parts for a bundle.
    package var parts: [String: [UInt8]] {
        [
            "root-crl": rootRevocationList, "pck-crl": pckRevocationList, "tcb-info": tcbInfo,
            "tcb-info-signature": tcbInfoSignature, "tcb-info-chain": tcbInfoChain,
            "qe-identity": qeIdentity, "qe-identity-signature": qeIdentitySignature,
            "qe-identity-chain": qeIdentityChain,
        ]
    }

    /// Reads the JSON that quote verification libraries exchange: lists and signatures in
    /// hexadecimal, chains in PEM, the signed objects as strings of their exact bytes.
    package static func parts(json bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> [String:
        [UInt8]]
    {
        let node = try JSONReader.decode(bytes)
        func text(_ name: String) throws(MalformedBytes) -> [UInt8] {
            Array(try node.member(name).string(name).utf8)
        }
        func hex(_ name: String) throws(MalformedBytes) -> [UInt8] {
            try node.member(name).hexadecimal(name)
        }
        return [
            "root-crl": try hex("root_ca_crl"), "pck-crl": try hex("pck_crl"),
            "tcb-info": try text("tcb_info"), "tcb-info-signature": try hex("tcb_info_signature"),
            "tcb-info-chain": try text("tcb_info_issuer_chain"),
            "qe-identity": try text("qe_identity"),
            "qe-identity-signature": try hex("qe_identity_signature"),
            "qe-identity-chain": try text("qe_identity_issuer_chain"),
        ]
    }

    /// Reads one response of Intel's service: the signed object, cut out byte for byte, and its
    /// signature.
    package static func parts(
        response bytes: ArraySlice<UInt8>
    ) throws(MalformedBytes) -> [String: [UInt8]] {
        let node = try JSONReader.decode(bytes)
        let signature = try node.member("signature").hexadecimal("signature", count: 64)
        if let info = try node.optionalMember("tcbInfo") {
            return ["tcb-info": Array(info.bytes), "tcb-info-signature": signature]
        }
        let identity = try node.member("enclaveIdentity")
        return ["qe-identity": Array(identity.bytes), "qe-identity-signature": signature]
    }
}

extension DCAPCollateral {
    /// Reads bytes as TCB information and as a quoting enclave's identity, for fuzzing: outside of it
    /// only signed bytes are read so.
    package static func readSignedObjects(_ bytes: [UInt8]) {
        _ = try? TCBInfo(bytes)
        _ = try? QEIdentity(bytes)
    }
}
