import Bytes

/// TCB information of one family of platforms (Intel PCS API v4, "TCB info" version 3), decoded from bytes
/// whose signature has been verified.
package struct TCBInfo: Equatable, Sendable {
    /// One level: the least version numbers for a status.
    struct Level: Equatable, Sendable {
        let sgx: [UInt8]
        let pceSVN: UInt16
        /// Empty in information for SGX.
        let tdx: [UInt8]
        let status: TCBStatus
        let date: Instant
        let advisories: [String]
    }

    /// An identity of the TDX module.
    struct Module: Equatable, Sendable {
        let mrSigner: [UInt8]
        let attributes: [UInt8]
        let attributesMask: [UInt8]
    }

    /// `SGX` or `TDX`.
    let id: String
    let issueDate: Instant
    let nextUpdate: Instant
    let fmspc: [UInt8]
    let pceID: [UInt8]
    let evaluationNumber: UInt64
    let module: Module?
    /// Identities of TDX modules by upper-case identifier, such as `TDX_03`.
    let modules: [String: (identity: Module, levels: [SVNLevel])]
    /// Levels, the highest first whatever their order in the JSON.
    let levels: [Level]

    package static func == (left: TCBInfo, right: TCBInfo) -> Bool {
        left.id == right.id && left.levels == right.levels && left.fmspc == right.fmspc
            && left.issueDate == right.issueDate
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        let node = try JSONReader.decode(bytes[...])
        let version = try node.member("version").unsigned("version")
        guard version == 3 else {
            throw MalformedBytes(
                field: "version", offset: 0, problem: "is \(version); 3 is known")
        }
        guard try node.member("tcbType").unsigned("tcbType") == 0 else {
            throw MalformedBytes(field: "tcbType", offset: 0, problem: "is not 0")
        }
        id = try node.member("id").string("id")
        issueDate = try node.member("issueDate").instant("issueDate")
        nextUpdate = try node.member("nextUpdate").instant("nextUpdate")
        fmspc = try node.member("fmspc").hexadecimal("fmspc", count: 6)
        pceID = try node.member("pceId").hexadecimal("pceId", count: 2)
        evaluationNumber = try node.member("tcbEvaluationDataNumber").unsigned(
            "tcbEvaluationDataNumber")
        if let module = try node.optionalMember("tdxModule") {
            self.module = try Module(module)
        } else {
            module = nil
        }
        modules = try Self.modules(node)
        levels = try Self.levels(try node.member("tcbLevels"), isTDX: id == "TDX")
    }

    private static func modules(
        _ node: JSONNode
    ) throws(MalformedBytes) -> [String: (identity: Module, levels: [SVNLevel])] {
        guard let list = try node.optionalMember("tdxModuleIdentities") else { return [:] }
        var modules: [String: (identity: Module, levels: [SVNLevel])] = [:]
        for element in try list.array("tdxModuleIdentities") {
            let id = try element.member("id").string("id").uppercased()
            guard modules[id] == nil else {
                throw MalformedBytes(
                    field: "tdxModuleIdentities", offset: element.offset,
                    problem: "two identities have one id")
            }
            modules[id] = (
                try Module(element), try SVNLevel.list(try element.member("tcbLevels"))
            )
        }
        return modules
    }

    private static func levels(
        _ node: JSONNode, isTDX: Bool
    ) throws(MalformedBytes) -> [Level] {
        var levels: [Level] = []
        for element in try node.array("tcbLevels") {
            levels.append(try Level(element, isTDX: isTDX))
        }
        return levels.sorted { left, right in
            if left.sgx != right.sgx { return right.sgx.lexicographicallyPrecedes(left.sgx) }
            if left.pceSVN != right.pceSVN { return left.pceSVN > right.pceSVN }
            return right.tdx.lexicographicallyPrecedes(left.tdx)
        }
    }
}

extension TCBInfo.Level {
    fileprivate init(_ node: JSONNode, isTDX: Bool) throws(MalformedBytes) {
        let tcb = try node.member("tcb")
        sgx = try Self.components(try tcb.member("sgxtcbcomponents"))
        let pce = try tcb.member("pcesvn").unsigned("pcesvn")
        guard let pceSVN = UInt16(exactly: pce) else {
            throw MalformedBytes(field: "pcesvn", offset: tcb.offset, problem: "is \(pce)")
        }
        self.pceSVN = pceSVN
        tdx = isTDX ? try Self.components(try tcb.member("tdxtcbcomponents")) : []
        status = try node.status()
        date = try node.member("tcbDate").instant("tcbDate")
        advisories = try node.advisories()
    }

    private static func components(_ node: JSONNode) throws(MalformedBytes) -> [UInt8] {
        let list = try node.array("components")
        guard list.count == 16 else {
            throw MalformedBytes(
                field: "components", offset: node.offset, problem: "\(list.count) are given, not 16"
            )
        }
        var result: [UInt8] = []
        for element in list {
            let number = try element.member("svn").unsigned("svn")
            guard let svn = UInt8(exactly: number) else {
                throw MalformedBytes(field: "svn", offset: element.offset, problem: "is \(number)")
            }
            result.append(svn)
        }
        return result
    }
}

extension TCBInfo.Module {
    fileprivate init(_ node: JSONNode) throws(MalformedBytes) {
        mrSigner = try node.member("mrsigner").hexadecimal("mrsigner", count: 48)
        attributes = try node.member("attributes").hexadecimal("attributes", count: 8)
        attributesMask = try node.member("attributesMask").hexadecimal("attributesMask", count: 8)
    }
}

/// A level of one security version number: of a quoting enclave or a TDX module.
struct SVNLevel: Equatable, Sendable {
    let svn: UInt64
    let status: TCBStatus
    let advisories: [String]

    /// Levels, the highest first.
    static func list(_ node: JSONNode) throws(MalformedBytes) -> [SVNLevel] {
        var levels: [SVNLevel] = []
        for element in try node.array("tcbLevels") {
            levels.append(
                SVNLevel(
                    svn: try element.member("tcb").member("isvsvn").unsigned("isvsvn"),
                    status: try element.status(), advisories: try element.advisories()))
        }
        return levels.sorted { $0.svn > $1.svn }
    }
}

extension JSONNode {
    /// A moment in RFC 3339.
    func instant(_ field: String) throws(MalformedBytes) -> Instant {
        let text = try string(field)
        guard let instant = Instant(rfc3339: text) else {
            throw MalformedBytes(field: field, offset: offset, problem: "is no moment in UTC")
        }
        return instant
    }

    fileprivate func status() throws(MalformedBytes) -> TCBStatus {
        let text = try member("tcbStatus").string("tcbStatus")
        guard let status = TCBStatus(rawValue: text) else {
            throw MalformedBytes(field: "tcbStatus", offset: offset, problem: "is unknown")
        }
        return status
    }

    fileprivate func advisories() throws(MalformedBytes) -> [String] {
        guard let list = try optionalMember("advisoryIDs") else { return [] }
        var names: [String] = []
        for element in try list.array("advisoryIDs") {
            names.append(try element.string("advisory"))
        }
        return names
    }
}
