internal import Cryptography

/// The measurement that a simulated TEE reports for a launch. No hardware computes it: it has the
/// shape of a real one, so that policies and reference values are written and tested the same way.
package enum SimulatedLaunchDigest {
    /// Bytes of the digest, as many as SEV-SNP's MEASUREMENT has.
    package static let byteCount = 48

    /// A keep that runs as a process.
    package static func process(executable: [UInt8]) -> [UInt8] {
        Hash.sha384(Array("martlet simulated process launch v1\0".utf8) + Hash.sha384(executable))
    }

    /// A keep that runs in a virtual machine by direct boot.
    package static func machine(
        kernel: [UInt8], initialDisk: [UInt8], commandLine: String
    ) -> [UInt8] {
        Hash.sha384(
            Array("martlet simulated machine launch v1\0".utf8) + Hash.sha384(kernel)
                + Hash.sha384(initialDisk) + Hash.sha384(Array(commandLine.utf8)))
    }
}
