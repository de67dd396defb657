import Attestation
import Bytes

extension AttestedPeer {
    /// One line that says what was verified: TEE, measurement and workload, or that nothing protects.
    package var summary: String {
        let evidence = appraisal.evidence
        let facts =
            "\(evidence.format.title), measurement \(measurement), workload \(workload)"
        return isSimulated
            ? "SIMULATED, not protected: \(facts)" : "Attested: \(facts)"
    }

    /// What the format calls the measurement of what was loaded, in hexadecimal.
    private var measurement: String {
        let name =
            switch appraisal.evidence.format {
            case .snp, .cca: "measurement"
            case .sgx: "mr-enclave"
            case .tdx: "mr-td"
            case .nitro: "pcr0"
            case .tpm: "pcr-digest"
            }
        return appraisal.evidence.value(name)?.description ?? "(see the claims)"
    }
}

extension ChannelPeer {
    /// One line that says what was verified about the peer.
    package var summary: String {
        switch standing {
        case .attested(let peer): peer.summary
        case .passport(let subject):
            "Not attested; its certificate is \(subject.debugDescription)"
        case .notAttested: "Not attested"
        }
    }
}
