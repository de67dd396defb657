/// How a platform's security version numbers stand (Intel DCAP, "TCB status"), by Intel's names.
package enum TCBStatus: String, Sendable, CaseIterable {
    case upToDate = "UpToDate"
    case swHardeningNeeded = "SWHardeningNeeded"
    case configurationNeeded = "ConfigurationNeeded"
    case configurationAndSWHardeningNeeded = "ConfigurationAndSWHardeningNeeded"
    case outOfDate = "OutOfDate"
    case outOfDateConfigurationNeeded = "OutOfDateConfigurationNeeded"
    case revoked = "Revoked"
    /// A TD was launched under an old TDX module and a current one runs now.
    case tdRelaunchAdvised = "TDRelaunchAdvised"
    case tdRelaunchAdvisedConfigurationNeeded = "TDRelaunchAdvisedConfigurationNeeded"

    /// The platform's status joined with that of an enclave or module on it.
    func joined(with part: TCBStatus) -> TCBStatus {
        if self == .revoked || part == .revoked { return .revoked }
        guard part != .upToDate else { return self }
        switch self {
        case .upToDate, .swHardeningNeeded: return .outOfDate
        case .configurationNeeded, .configurationAndSWHardeningNeeded:
            return .outOfDateConfigurationNeeded
        case .outOfDate, .outOfDateConfigurationNeeded, .revoked, .tdRelaunchAdvised,
            .tdRelaunchAdvisedConfigurationNeeded:
            return self
        }
    }

    var isOutOfDateOrRevoked: Bool {
        self == .outOfDate || self == .outOfDateConfigurationNeeded || self == .revoked
    }
}
