import Bytes

extension SNPReport {
    /// Every field with its name and offset, as it lies in the bytes. Nothing here is verified.
    package var fields: [EvidenceField] {
        identityFields + keyFields + platformFields + [
            EvidenceField("SIGNATURE R", at: 0x2a0, size: 72, hex(0x2a0, 72)),
            EvidenceField("SIGNATURE S", at: 0x2e8, size: 72, hex(0x2e8, 72)),
            EvidenceField("reserved, not signed", at: 0x330, size: 0x170, zeros(0x330, 0x170)),
        ]
    }

    private var identityFields: [EvidenceField] {
        [
            EvidenceField("VERSION", at: 0x000, size: 4, "\(version)"),
            EvidenceField("GUEST_SVN", at: 0x004, size: 4, "\(guestSVN)"),
            EvidenceField(
                "POLICY", at: 0x008, size: 8,
                "0x\(String(guestPolicy.rawValue, radix: 16)): "
                    + (["ABI \(guestPolicy.abiVersion >> 8).\(guestPolicy.abiVersion & 0xff)"]
                    + guestPolicy.names).joined(separator: ", ")),
            EvidenceField("FAMILY_ID", at: 0x010, size: 16, hex(0x010, 16)),
            EvidenceField("IMAGE_ID", at: 0x020, size: 16, hex(0x020, 16)),
            EvidenceField(
                "VMPL", at: 0x030, size: 4, isHostRequested ? "ffffffff: host asked" : "\(vmpl)"),
            EvidenceField("SIGNATURE_ALGO", at: 0x034, size: 4, "1: ECDSA P-384 with SHA-384"),
            EvidenceField("CURRENT_TCB", at: 0x038, size: 8, tcb(currentTCB)),
            EvidenceField(
                "PLATFORM_INFO", at: 0x040, size: 8,
                "0x\(String(platformInfo.rawValue, radix: 16)): "
                    + platformInfo.names.joined(separator: ", ")),
        ]
    }

    private var keyFields: [EvidenceField] {
        [
            EvidenceField(
                "KEY_INFO", at: 0x048, size: 4,
                "0x\(String(keyInfo.rawValue, radix: 16)): signed by "
                    + (keyInfo.signingKey?.rawValue ?? "?")
                    + (keyInfo.authorKeyEnabled ? ", author key enabled" : "")),
            EvidenceField("reserved", at: 0x04c, size: 4, zeros(0x04c, 4)),
            EvidenceField("REPORT_DATA", at: 0x050, size: 64, hex(0x050, 64)),
            EvidenceField("MEASUREMENT", at: 0x090, size: 48, hex(0x090, 48)),
            EvidenceField("HOST_DATA", at: 0x0c0, size: 32, hex(0x0c0, 32)),
            EvidenceField("ID_KEY_DIGEST", at: 0x0e0, size: 48, hex(0x0e0, 48)),
            EvidenceField("AUTHOR_KEY_DIGEST", at: 0x110, size: 48, hex(0x110, 48)),
            EvidenceField("REPORT_ID", at: 0x140, size: 32, hex(0x140, 32)),
            EvidenceField("REPORT_ID_MA", at: 0x160, size: 32, hex(0x160, 32)),
        ]
    }

    private var platformFields: [EvidenceField] {
        let cpuid = processor.map {
            "family 0x\(String($0.family, radix: 16)), model 0x\(String($0.model, radix: 16)), "
                + "stepping \($0.stepping)"
                + (productLineHint.map { ": \($0.certificateName)" } ?? "")
        }
        return [
            EvidenceField("REPORTED_TCB", at: 0x180, size: 8, tcb(reportedTCB)),
            EvidenceField("CPUID", at: 0x188, size: 3, cpuid ?? "reserved before version 3"),
            EvidenceField("reserved", at: 0x18b, size: 21, zeros(0x18b, 21)),
            EvidenceField("CHIP_ID", at: 0x1a0, size: 64, hex(0x1a0, 64)),
            EvidenceField("COMMITTED_TCB", at: 0x1e0, size: 8, tcb(committedTCB)),
            EvidenceField("CURRENT_VERSION", at: 0x1e8, size: 4, "\(currentFirmware)"),
            EvidenceField("COMMITTED_VERSION", at: 0x1ec, size: 4, "\(committedFirmware)"),
            EvidenceField("LAUNCH_TCB", at: 0x1f0, size: 8, tcb(launchTCB)),
            EvidenceField(
                "LAUNCH_MIT_VECTOR", at: 0x1f8, size: 8,
                launchMitigations.map { "0x\(String($0, radix: 16))" }
                    ?? "reserved before version 5"),
            EvidenceField(
                "CURRENT_MIT_VECTOR", at: 0x200, size: 8,
                currentMitigations.map { "0x\(String($0, radix: 16))" }
                    ?? "reserved before version 5"),
            EvidenceField("reserved", at: 0x208, size: 0x98, zeros(0x208, 0x98)),
        ]
    }

    /// The line that the report itself hints at; the certificate decides.
    package var productLineHint: SNPProductLine? {
        if let processor { return SNPProductLine(family: processor.family, model: processor.model) }
        return nil
    }

    private func hex(_ offset: Int, _ size: Int) -> String {
        bytes[offset..<offset + size].hexadecimal
    }

    private func zeros(_ offset: Int, _ size: Int) -> String {
        bytes[offset..<offset + size].allSatisfy { $0 == 0 } ? "zero" : hex(offset, size)
    }

    private func tcb(_ version: SNPTCBVersion) -> String {
        guard let line = productLineHint else {
            return version.bytes.hexadecimal + " (the product line, known from the certificate, "
                + "gives the bytes their names)"
        }
        return version.components(line).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    }
}
