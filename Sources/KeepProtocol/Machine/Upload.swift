import Cryptography

/// A workload on its way in: what was announced and what has come.
struct Upload: Equatable, Sendable {
    private var headers: [WorkloadPart: PartHeader] = [:]
    private var parts: [WorkloadPart: [UInt8]] = [:]

    /// - Throws: a refusal for parts that are missing, doubled, or larger than is taken.
    init(_ announced: [PartHeader], limits: KeepLimits) throws(KeepRefusal) {
        var total: UInt64 = 0
        for header in announced {
            guard headers.updateValue(header, forKey: header.part) == nil else {
                throw KeepRefusal(.workload, "part \(header.part) is announced twice")
            }
            let (sum, overflow) = total.addingReportingOverflow(header.byteCount)
            total = overflow ? .max : sum
            parts[header.part] = []
        }
        guard headers[.module] != nil, headers[.manifest] != nil, headers[.policies] != nil else {
            throw KeepRefusal(.workload, "module, manifest and policies must be announced")
        }
        guard total <= limits.workloadBytes else {
            throw KeepRefusal(
                .limit,
                "the workload has \(total) bytes; at most \(limits.workloadBytes) are taken",
                remedy: "make the module smaller")
        }
    }

    /// Takes the next bytes of a part, which must follow those before.
    ///
    /// - Returns: how many bytes of it have come.
    mutating func take(
        _ part: WorkloadPart, at offset: UInt64, _ bytes: [UInt8]
    ) throws(KeepRefusal) -> UInt64 {
        guard let header = headers[part], let have = parts[part]?.count else {
            throw KeepRefusal(.workload, "part \(part) was not announced")
        }
        guard offset == UInt64(have), UInt64(bytes.count) <= header.byteCount - offset else {
            throw KeepRefusal(.workload, "bytes of part \(part) are out of order or too many")
        }
        parts[part]?.append(contentsOf: bytes)
        return offset + UInt64(bytes.count)
    }

    /// The whole workload, every part of it as announced.
    func finish() throws(KeepRefusal) -> Workload {
        for (part, header) in headers.sorted(by: { $0.key < $1.key }) {
            let bytes = parts[part] ?? []
            guard UInt64(bytes.count) == header.byteCount else {
                throw KeepRefusal(
                    .workload, "part \(part) has \(bytes.count) of \(header.byteCount) bytes")
            }
            guard Hash.sha384(bytes) == header.digest else {
                throw KeepRefusal(.workload, "part \(part) is not what was announced")
            }
        }
        return try Workload(
            module: parts[.module] ?? [], image: parts[.image] ?? [],
            manifest: parts[.manifest] ?? [], policies: parts[.policies] ?? [])
    }
}
