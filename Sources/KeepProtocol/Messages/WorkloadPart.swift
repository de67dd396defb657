/// What a workload is uploaded in.
package enum WorkloadPart: UInt64, Sendable, CaseIterable, Comparable {
    /// The Wasm binary.
    case module = 1
    /// A code image compiled from it.
    case image = 2
    /// The canonical manifest.
    case manifest = 3
    /// The canonical policies.
    case policies = 4

    package static func < (left: WorkloadPart, right: WorkloadPart) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What the owner announces of a part before sending it.
package struct PartHeader: Equatable, Sendable {
    package var part: WorkloadPart
    package var byteCount: UInt64
    /// SHA-384 of the part.
    package var digest: [UInt8]

    package init(part: WorkloadPart, byteCount: UInt64, digest: [UInt8]) {
        self.part = part
        self.byteCount = byteCount
        self.digest = digest
    }
}
