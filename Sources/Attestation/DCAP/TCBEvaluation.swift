import Bytes

/// The status of a platform by signed TCB information (Intel SGX DCAP quote verification, "TCB level
/// comparison"), with the advisories that it names.
package struct TCBEvaluation: Equatable, Sendable {
    package let status: TCBStatus
    package let advisories: [String]
    /// Date of the matching level.
    package let date: Instant

    /// Evaluates a platform.
    ///
    /// - Parameters:
    ///   - pck: what the PCK certificate says; its component versions count, never those of the
    ///     report body, which the platform's owner chooses.
    ///   - qe: the level of the quoting enclave.
    ///   - td: the TD report; `nil` for SGX.
    static func evaluate(
        _ info: TCBInfo, _ pck: PCKExtension, qe: SVNLevel, td: TDReport?
    ) throws(EvidenceRejection) -> TCBEvaluation {
        let sgxMatches = info.levels.drop { !reaches($0, pck) }
        guard let sgxLevel = sgxMatches.first else {
            throw noLevel("the platform's SGX components and PCESVN are below every level")
        }
        guard let td else {
            return TCBEvaluation(
                status: sgxLevel.status.joined(with: qe.status),
                advisories: union([sgxLevel.advisories, qe.advisories]), date: sgxLevel.date)
        }
        let level = sgxMatches.first { reaches($0, pck) && reaches($0, td.teeTCBSVN) }
        guard let level else { throw noLevel("TEE_TCB_SVN is below every level") }
        let module = try moduleLevel(info, td)
        var status = level.status.joined(with: qe.status)
        if let module { status = status.joined(with: module.status) }
        if isRelaunchAdvised(info, td, sgxLevel, qe, module, merged: status) {
            status =
                status == .outOfDateConfigurationNeeded
                ? .tdRelaunchAdvisedConfigurationNeeded : .tdRelaunchAdvised
        }
        return TCBEvaluation(
            status: status,
            advisories: union([level.advisories, qe.advisories, module?.advisories ?? []]),
            date: level.date)
    }

    private static func noLevel(_ what: String) -> EvidenceRejection {
        EvidenceRejection(
            .noMatchingLevel, what, in: "TCB information",
            remedy: "the platform is older than Intel speaks of: update its firmware")
    }

    private static func union(_ lists: [[String]]) -> [String] {
        Array(Set(lists.flatMap(\.self))).sorted()
    }

    private static func reaches(_ level: TCBInfo.Level, _ pck: PCKExtension) -> Bool {
        pck.pceSVN >= level.pceSVN && zip(pck.components, level.sgx).allSatisfy { $0 >= $1 }
    }

    /// Components 0 and 1 belong to the module's identity where the module has a version.
    private static func reaches(_ level: TCBInfo.Level, _ teeTCBSVN: [UInt8]) -> Bool {
        let first = teeTCBSVN[1] > 0 ? 2 : 0
        return zip(teeTCBSVN, level.tdx).dropFirst(first).allSatisfy { $0 >= $1 }
    }

    /// The level of the TDX module; `nil` for modules of version 0, whose number is compared with
    /// the platform's.
    private static func moduleLevel(
        _ info: TCBInfo, _ td: TDReport
    ) throws(EvidenceRejection) -> SVNLevel? {
        let version = td.teeTCBSVN[1]
        guard version > 0 else {
            guard let module = info.module else {
                throw EvidenceRejection(
                    .mismatch, "TCB information names no TDX module", in: "TCB information")
            }
            try check(td, module)
            return nil
        }
        let (module, levels) = try identity(info, version)
        try check(td, module)
        guard let level = levels.first(where: { $0.svn <= UInt64(td.teeTCBSVN[0]) }) else {
            throw noLevel("the TDX module's version \(td.teeTCBSVN[0]) is below every level")
        }
        return level
    }

    private static func identity(
        _ info: TCBInfo, _ version: UInt8
    ) throws(EvidenceRejection) -> (TCBInfo.Module, [SVNLevel]) {
        let name = "TDX_" + [version].hexadecimal.uppercased()
        guard let found = info.modules[name] else {
            throw EvidenceRejection(
                .mismatch, "TCB information has no identity \(name) of the TDX module",
                in: "TCB information")
        }
        return (found.identity, found.levels)
    }

    private static func check(_ td: TDReport, _ module: TCBInfo.Module) throws(EvidenceRejection) {
        guard td.mrSignerSEAM == module.mrSigner else {
            throw EvidenceRejection(
                .mismatch, "MRSIGNERSEAM is not the TDX module's signer", in: "TD report")
        }
        guard QEIdentity.masked(td.seamAttributes, module.attributesMask) == module.attributes
        else {
            throw EvidenceRejection(
                .mismatch, "SEAMATTRIBUTES are not the TDX module's", in: "TD report")
        }
    }

    /// A TD launched under an old module is out of date until it is launched again, although the
    /// platform has a current module by now (TD report 1.5).
    private static func isRelaunchAdvised(
        _ info: TCBInfo, _ td: TDReport, _ sgxLevel: TCBInfo.Level, _ qe: SVNLevel,
        _ module: SVNLevel?, merged: TCBStatus
    ) -> Bool {
        guard let now = td.teeTCBSVN2, module?.status == .outOfDate,
            !sgxLevel.status.isOutOfDateOrRevoked, !qe.status.isOutOfDateOrRevoked,
            merged == .outOfDate || merged == .outOfDateConfigurationNeeded,
            let newest = info.levels.first, now[2] >= newest.tdx[2],
            let current = try? identity(info, now[1]).1.first
        else { return false }
        return UInt64(now[0]) >= current.svn
    }
}
