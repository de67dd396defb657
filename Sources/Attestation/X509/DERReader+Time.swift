import Bytes

extension DERReader {
    /// Reads a Time as RFC 5280 §4.1.2.5 has it: UTCTime to 2049, GeneralizedTime from 2050, in UTC
    /// with seconds and without fractions.
    ///
    /// - Parameter allowsAnyKind: whether GeneralizedTime may spell a year that UTCTime could.
    mutating func time(
        _ field: String, allowsAnyKind: Bool = false
    ) throws(MalformedBytes) -> Instant {
        let element = try any(field)
        let digits: ArraySlice<UInt8>
        switch element.tag {
        case .utcTime where element.content.count == 13: digits = element.content.dropLast()
        case .generalizedTime where element.content.count == 15: digits = element.content.dropLast()
        default: throw element.malformed(field, "is no time of RFC 5280")
        }
        guard element.content.last == UInt8(ascii: "Z"),
            digits.allSatisfy({ 0x30...0x39 ~= $0 })
        else { throw element.malformed(field, "is no time of RFC 5280") }
        let pairs = stride(from: digits.startIndex, to: digits.endIndex, by: 2).map {
            Int(digits[$0] - 0x30) * 10 + Int(digits[$0 + 1] - 0x30)
        }
        let short = element.tag == .utcTime
        let year = short ? pairs[0] + (pairs[0] < 50 ? 2000 : 1900) : pairs[0] * 100 + pairs[1]
        let rest = pairs.dropFirst(short ? 1 : 2).map(\.self)
        guard short || allowsAnyKind || year >= 2050 || year < 1950,
            let instant = Instant(
                year: year, month: rest[0], day: rest[1], hour: rest[2], minute: rest[3],
                second: rest[4])
        else { throw element.malformed(field, "is no date, or a year in the wrong kind of time") }
        return instant
    }
}
