/// A set of ``Feature``s, in the order of the specification's history.
package struct FeatureSet: Hashable, Sendable {
    private var bits: UInt32 = 0

    package init() {}

    package mutating func insert(_ feature: Feature) { bits |= 1 << UInt32(feature.rawValue) }

    package func contains(_ feature: Feature) -> Bool {
        bits & 1 << UInt32(feature.rawValue) != 0
    }

    /// The features, oldest first.
    package var features: [Feature] { Feature.allCases.filter(contains) }
}

extension Feature {
    /// The name people know the feature by.
    package var name: String {
        switch self {
        case .core1: "core 1.0"
        case .signExtension: "sign extension"
        case .saturatingConversions: "saturating float-to-int"
        case .multiValue: "multi-value"
        case .bulkMemory: "bulk memory"
        case .referenceTypes: "reference types"
        case .simd: "SIMD"
        case .relaxedSIMD: "relaxed SIMD"
        case .tailCalls: "tail calls"
        case .functionReferences: "typed function references"
        case .garbageCollection: "garbage collection"
        case .exceptions: "exceptions"
        case .legacyExceptions: "legacy exceptions"
        case .multiMemory: "multi-memory"
        case .memory64: "memory64"
        case .extendedConstants: "extended constants"
        case .threads: "threads"
        }
    }
}
