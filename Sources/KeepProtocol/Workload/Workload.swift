package import Attestation
internal import Bytes

/// Everything that a keep runs, as bytes; and what they say.
package struct Workload: Equatable, Sendable {
    package let module: [UInt8]
    /// A code image; empty when there is none.
    package let image: [UInt8]
    package let manifestBytes: [UInt8]
    package let policyBytes: [UInt8]
    package let manifest: Manifest
    package let policies: PolicySet
    package let identity: WorkloadIdentity

    /// Decodes and checks manifest and policies; the module is the engine's business.
    ///
    /// - Throws: ``KeepRefusal`` that says what is wrong with the workload.
    package init(
        module: [UInt8], image: [UInt8] = [], manifest: [UInt8], policies: [UInt8]
    ) throws(KeepRefusal) {
        self.module = module
        self.image = image
        manifestBytes = manifest
        policyBytes = policies
        do {
            self.manifest = try Manifest(decoding: manifest[...])
            self.policies = try PolicySet(decoding: policies[...])
        } catch {
            throw KeepRefusal(.workload, error.description)
        }
        do throws(ManifestRejection) {
            try self.manifest.check(policies: Set(self.policies.entries.keys))
        } catch {
            throw KeepRefusal(
                .workload, "\(error.member) \(error.problem)", remedy: error.remedy)
        }
        guard image.isEmpty || self.manifest.engine != .interpreter else {
            throw KeepRefusal(
                .workload, "engine interpreter does not run a code image",
                remedy: "let program name the module, or leave engine out")
        }
        identity = .computed(
            module: module, image: image, manifest: manifest, policies: policies)
    }

    /// The bytes of a part.
    package func bytes(of part: WorkloadPart) -> [UInt8] {
        switch part {
        case .module: module
        case .image: image
        case .manifest: manifestBytes
        case .policies: policyBytes
        }
    }
}
