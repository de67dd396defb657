import Bytes

/// Trustworthiness vector of AR4SI (draft-ietf-rats-ar4si §2.3): one value a property.
package struct TrustVector: Equatable, Sendable {
    /// The property that a claim speaks for.
    package enum Property: String, Sendable, CaseIterable {
        case instanceIdentity = "instance-identity"
        case configuration
        case executables
        case hardware
        case runtimeOpaque = "runtime-opaque"
    }

    /// A tier of values.
    package enum Tier: String, Sendable {
        case none
        case affirming
        case warning
        case contraindicated
    }

    /// Values by property: 0 nothing known, 2 to 31 affirming, 32 to 95 warning, 96 and more
    /// contraindicated.
    package let values: [Property: Int]
    /// The whole result: contraindicated whenever the policy refuses, warning when it accepts
    /// a root that is no vendor's.
    package let status: Tier

    /// Sums up an appraisal.
    package init(_ appraisal: Appraisal) {
        var values: [Property: Int] = [:]
        for check in appraisal.checks {
            let property = Self.property(check.claim.definition.name)
            switch check.outcome {
            case .met: values[property] = max(values[property] ?? 0, Self.good(property))
            case .refused, .unstated:
                values[property] = max(values[property] ?? 0, Self.bad(property))
            case .notAppraised, .told: break
            }
        }
        let simulated = appraisal.evidence.root.map { !$0.isVendor } ?? false
        if simulated, let value = values[.hardware] { values[.hardware] = max(value, 32) }
        self.values = values
        status = !appraisal.isAccepted ? .contraindicated : simulated ? .warning : .affirming
    }

    /// Which property a claim speaks for; those not named speak for the configuration.
    static func property(_ claim: String) -> Property {
        switch claim {
        case "chip-id", "chip-id-masked", "ppid", "platform-instance-id", "module-id",
            "report-data",
            "nonce", "provider-id", "signer-name":
            .instanceIdentity
        case "measurement", "id-key-digest", "author-key-digest", "family-id", "image-id",
            "guest-svn", "mr-enclave", "mr-signer", "isv-prod-id", "isv-svn", "mr-td", "rtmr0",
            "rtmr1", "rtmr2", "rtmr3", "pcr0", "pcr1", "pcr2", "pcr3", "pcr4", "pcr8", "pcr-digest",
            "workload-identity":
            .executables
        case "product-line", "reported-tcb", "committed-tcb", "launch-tcb", "current-tcb",
            "tcb-order-valid", "tcb-status", "advisories", "tcb-evaluation-number",
            "alias-check-complete", "signing-key", "revocation-checked", "vendor-root", "root",
            "fmspc", "current-firmware", "committed-firmware", "mr-seam":
            .hardware
        case "ciphertext-hiding", "debug": .runtimeOpaque
        default: .configuration
        }
    }

    /// AR4SI §2.3.4: executables 3 (approved boot), the others 2.
    private static func good(_ property: Property) -> Int { property == .executables ? 3 : 2 }

    private static func bad(_ property: Property) -> Int {
        switch property {
        case .executables: 33
        case .configuration: 36
        case .instanceIdentity, .hardware: 97
        case .runtimeOpaque: 96
        }
    }

    /// The vector as EAR writes it.
    var json: JSONText {
        .object(
            Property.allCases.compactMap { property in
                values[property].map { (property.rawValue, .integer($0)) }
            })
    }
}
