package import WasmEngine

/// What `--cpu` names: the instructions that code may use.
package enum TargetProcessor: String, CaseIterable, Sendable {
    case v2 = "x86-64-v2"
    case v3 = "x86-64-v3"
    case v4 = "x86-64-v4"

    /// The highest level that this machine has; nil on a machine below the lowest.
    package static var native: TargetProcessor? {
        let features = CPUFeatures.ofThisMachine
        return allCases.last { $0.features.isSubset(of: features) }
    }

    package var features: CPUFeatures {
        switch self {
        case .v2: .baseline
        case .v3: .level3
        case .v4: .level4
        }
    }
}
