import Bytes

/// The SGX extension of a PCK certificate, 1.2.840.113741.1.13.1 (Intel SGX PCK certificate and CRL profile
/// specification, §1.3.5).
package struct PCKExtension: Equatable, Sendable {
    package let ppid: [UInt8]
    /// The sixteen SGX TCB component SVNs.
    package let components: [UInt8]
    package let pceSVN: UInt16
    package let cpuSVN: [UInt8]
    package let pceID: [UInt8]
    package let fmspc: [UInt8]
    /// 0 standard, 1 scalable, 2 scalable with integrity.
    package let sgxType: UInt8
    package let platformInstanceID: [UInt8]?
    package let dynamicPlatform: Bool?
    package let cachedKeys: Bool?
    package let smtEnabled: Bool?

    private static let arc = OID(1, 2, 840, 113741, 1, 13, 1)
    private static let field = "SGX extension"

    init(_ certificate: Certificate) throws(MalformedBytes) {
        guard let value = certificate.value(of: Self.arc) else {
            throw MalformedBytes(
                field: Self.field, offset: 0,
                problem: "the certificate has no extension \(Self.arc)")
        }
        var outer = DERReader(value)
        let list = try outer.sequence(Self.field)
        try outer.expectEnd(Self.field)
        let members = try Self.members(list, Self.arc)
        ppid = try Self.octets(members, 1, 16)
        let tcb = try Self.members(
            try Self.reader(members, 2).contents(Self.field), Self.arc.appending(2))
        var components: [UInt8] = []
        for number in 1...16 {
            components.append(UInt8(try Self.integer(tcb, UInt64(number), maximum: 255)))
        }
        self.components = components
        pceSVN = UInt16(try Self.integer(tcb, 17, maximum: 65_535))
        cpuSVN = try Self.octets(tcb, 18, 16)
        pceID = try Self.octets(members, 3, 2)
        fmspc = try Self.octets(members, 4, 6)
        sgxType = try Self.type(members)
        platformInstanceID = members[6] == nil ? nil : try Self.octets(members, 6, 16)
        if members[7] == nil {
            (dynamicPlatform, cachedKeys, smtEnabled) = (nil, nil, nil)
        } else {
            let configuration = try Self.members(
                try Self.reader(members, 7).contents(Self.field), Self.arc.appending(7))
            dynamicPlatform = try Self.flag(configuration, 1)
            cachedKeys = try Self.flag(configuration, 2)
            smtEnabled = try Self.flag(configuration, 3)
        }
    }

    /// Members by the last number of their identifiers below `arc`; each may come once.
    private static func members(
        _ list: DERReader, _ arc: OID
    ) throws(MalformedBytes) -> [UInt64: DERElement] {
        var list = list
        var members: [UInt64: DERElement] = [:]
        while !list.isAtEnd {
            let element = try list.element(.sequence, field)
            var pair = element.children
            let type = try pair.objectIdentifier(field)
            let value = try pair.any(field)
            try pair.expectEnd(field)
            guard let number = (1...18).first(where: { arc.appending($0) == type }) else {
                throw element.malformed(field, "unknown member \(type)")
            }
            guard members.updateValue(value, forKey: number) == nil else {
                throw element.malformed(field, "\(type) appears twice")
            }
        }
        return members
    }

    private static func reader(
        _ members: [UInt64: DERElement], _ number: UInt64
    ) throws(MalformedBytes) -> DERElement {
        guard let element = members[number] else {
            throw MalformedBytes(
                field: field, offset: 0, problem: "member \(number) is missing")
        }
        return element
    }

    private static func octets(
        _ members: [UInt64: DERElement], _ number: UInt64, _ count: Int
    ) throws(MalformedBytes) -> [UInt8] {
        let element = try reader(members, number)
        guard element.tag == .octetString, element.content.count == count else {
            throw element.malformed(field, "member \(number) must be \(count) bytes")
        }
        return Array(element.content)
    }

    private static func integer(
        _ members: [UInt64: DERElement], _ number: UInt64, maximum: Int
    ) throws(MalformedBytes) -> Int {
        var reader = DERReader(try reader(members, number).encoded)
        return try reader.integer("\(field) member \(number)", maximum: maximum)
    }

    private static func flag(
        _ members: [UInt64: DERElement], _ number: UInt64
    ) throws(MalformedBytes) -> Bool? {
        guard let element = members[number] else { return nil }
        var reader = DERReader(element.encoded)
        return try reader.boolean("\(field) member \(number)")
    }

    private static func type(_ members: [UInt64: DERElement]) throws(MalformedBytes) -> UInt8 {
        let element = try reader(members, 5)
        guard element.tag == .enumerated, element.content.count == 1,
            let value = element.content.first, value <= 2
        else { throw element.malformed(field, "SGX type must be 0, 1 or 2") }
        return value
    }
}

extension DERElement {
    /// A reader over a SEQUENCE's elements.
    fileprivate func contents(_ field: String) throws(MalformedBytes) -> DERReader {
        guard tag == .sequence else { throw malformed(field, "must be a sequence") }
        return children
    }
}
