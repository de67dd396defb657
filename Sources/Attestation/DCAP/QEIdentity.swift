import Bytes

/// The identity of Intel's quoting enclave (Intel PCS API v4, "enclave identity" version 2), decoded from
/// bytes whose signature has been verified.
struct QEIdentity: Sendable {
    /// `QE` or `TD_QE`.
    let id: String
    let issueDate: Instant
    let nextUpdate: Instant
    let evaluationNumber: UInt64
    let miscSelect: [UInt8]
    let miscSelectMask: [UInt8]
    let attributes: [UInt8]
    let attributesMask: [UInt8]
    let mrSigner: [UInt8]
    let productID: UInt64
    let levels: [SVNLevel]

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        let node = try JSONReader.decode(bytes[...])
        let version = try node.member("version").unsigned("version")
        guard version == 2 else {
            throw MalformedBytes(
                field: "version", offset: 0, problem: "is \(version); 2 is known")
        }
        id = try node.member("id").string("id")
        issueDate = try node.member("issueDate").instant("issueDate")
        nextUpdate = try node.member("nextUpdate").instant("nextUpdate")
        evaluationNumber = try node.member("tcbEvaluationDataNumber").unsigned(
            "tcbEvaluationDataNumber")
        // Numbers in hexadecimal, most significant digit first; the report holds bytes in order.
        miscSelect = try node.member("miscselect").hexadecimal("miscselect", count: 4).reversed()
        miscSelectMask = try node.member("miscselectMask").hexadecimal(
            "miscselectMask", count: 4
        ).reversed()
        attributes = try node.member("attributes").hexadecimal("attributes", count: 16)
        attributesMask = try node.member("attributesMask").hexadecimal("attributesMask", count: 16)
        mrSigner = try node.member("mrsigner").hexadecimal("mrsigner", count: 32)
        productID = try node.member("isvprodid").unsigned("isvprodid")
        levels = try SVNLevel.list(try node.member("tcbLevels"))
    }

    /// Requires that a report is of this enclave; returns the level of its version.
    func level(of report: SGXReportBody) throws(EvidenceRejection) -> SVNLevel {
        let place = "quoting enclave's report"
        func refuse(_ what: String) -> EvidenceRejection {
            EvidenceRejection(
                .mismatch, "\(what) is not what Intel's \(id) identity says", in: place)
        }
        guard report.mrSigner == mrSigner else { throw refuse("MRSIGNER") }
        guard UInt64(report.productID) == productID else { throw refuse("ISVPRODID") }
        guard
            Self.masked(report.miscSelect, miscSelectMask)
                == Self.masked(miscSelect, miscSelectMask)
        else { throw refuse("MISCSELECT") }
        guard
            Self.masked(report.attributes, attributesMask)
                == Self.masked(attributes, attributesMask)
        else { throw refuse("ATTRIBUTES") }
        guard let level = levels.first(where: { $0.svn <= UInt64(report.svn) }) else {
            throw EvidenceRejection(
                .noMatchingLevel, "ISVSVN \(report.svn) is below every level of the \(id) identity",
                in: place)
        }
        return level
    }

    static func masked(_ bytes: [UInt8], _ mask: [UInt8]) -> [UInt8] { zip(bytes, mask).map(&) }
}
