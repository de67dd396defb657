internal import CPlatform

/// What went wrong with a request to the SEV firmware.
package enum SEVGuestFailure: Error, Equatable, Sendable {
    /// The kernel refused, with the error word of firmware (low half) and hypervisor (high half).
    case refused(Errno, exitInfo: UInt64)
}

extension BorrowedDescriptor {
    /// Bytes of a response to a report request (`struct snp_report_resp`).
    private static var reportResponseBytes: Int { 4000 }

    /// SNP_GET_REPORT: the firmware's response for 96 bytes of `struct snp_report_req`.
    package func sevGuestReport(
        _ request: [UInt8]
    ) throws(SEVGuestFailure) -> [UInt8] {
        precondition(request.count == 96, "struct snp_report_req is 96 bytes")
        return try sevGuestRequest(0, request, responseBytes: Self.reportResponseBytes)
    }

    /// SNP_GET_DERIVED_KEY: the firmware's response for 32 bytes of `struct snp_derived_key_req`.
    package func sevGuestDerivedKey(
        _ request: [UInt8]
    ) throws(SEVGuestFailure) -> [UInt8] {
        precondition(request.count == 32, "struct snp_derived_key_req is 32 bytes")
        return try sevGuestRequest(1, request, responseBytes: 64)
    }

    private func sevGuestRequest(
        _ number: UInt32, _ request: [UInt8], responseBytes: Int
    ) throws(SEVGuestFailure) -> [UInt8] {
        var response = [UInt8](repeating: 0, count: responseBytes)
        var exitInfo: UInt64 = 0
        // SAFETY: both buffers have the sizes of the kernel's structures and outlive the call.
        let status = unsafe martlet_sev_guest_request(
            self.number, number, request, &response, &exitInfo)
        guard status >= 0 else {
            throw .refused(Errno(rawValue: Int32(-status)), exitInfo: exitInfo)
        }
        return response
    }

    /// SNP_GET_EXT_REPORT: the response and the host's certificate table.
    ///
    /// - Parameter certificateBytes: room for the table; grows to what the host asks for, up to
    ///   128 KiB.
    package func sevGuestExtendedReport(
        _ request: [UInt8], certificateBytes: Int = 0
    ) throws(SEVGuestFailure) -> (response: [UInt8], certificates: [UInt8]) {
        precondition(request.count == 96, "struct snp_report_req is 96 bytes")
        var response = [UInt8](repeating: 0, count: Self.reportResponseBytes)
        var certificates = [UInt8](repeating: 0, count: certificateBytes)
        var length = UInt32(certificateBytes)
        var exitInfo: UInt64 = 0
        // SAFETY: the buffers have the sizes given and outlive the call.
        let status = unsafe martlet_sev_guest_extended_report(
            number, request, &response, &certificates, &length, &exitInfo)
        if status >= 0 { return (response, Array(certificates.prefix(Int(length)))) }
        // SNP_GUEST_VMM_ERR_INVALID_LEN: the host told how much room it needs.
        let needed = Int(length)
        guard exitInfo >> 32 == 1, needed > certificateBytes, needed <= 1 << 17 else {
            throw .refused(Errno(rawValue: Int32(-status)), exitInfo: exitInfo)
        }
        return try sevGuestExtendedReport(request, certificateBytes: needed)
    }
}
