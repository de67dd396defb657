import Bytes

/// A moment in whole seconds since 1970-01-01T00:00:00Z, always passed in: nothing here reads a clock.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since the start of 1970, without leap seconds.
    package let secondsSince1970: Int64

    package init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    /// The moment of a date and time in UTC; `nil` when there is no such date.
    package init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard 1...9999 ~= year, 1...12 ~= month, 1...Self.days(year, month) ~= day,
            0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second
        else { return nil }
        let days = Self.daysSince1970(year, month, day)
        secondsSince1970 = Int64(((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    /// Reads `2026-06-15T12:00:00Z`, the only spelling of RFC 3339 that is taken.
    package init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let shape = Array("0000-00-00T00:00:00Z".utf8)
        guard bytes.count == shape.count,
            zip(bytes, shape).allSatisfy({ byte, pattern in
                pattern == 0x30 ? (0x30...0x39 ~= byte) : byte == pattern
            })
        else { return nil }
        func number(_ start: Int, _ count: Int) -> Int {
            bytes[start..<start + count].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        self.init(
            year: number(0, 4), month: number(5, 2), day: number(8, 2), hour: number(11, 2),
            minute: number(14, 2), second: number(17, 2))
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        let leap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        switch month {
        case 2: return leap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// Days of the proleptic Gregorian calendar, counted in years that begin in March so that the
    /// leap day comes last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = month <= 2 ? year - 1 : year
        let months = (month + 9) % 12
        let dayOfYear = (153 * months + 2) / 5 + day - 1
        return years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    /// The moment as RFC 3339 writes it in UTC.
    package var description: String {
        let day = Int((Double(secondsSince1970) / 86_400).rounded(.down))
        let second = Int(secondsSince1970) - day * 86_400
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        func padded(_ number: Int, _ width: Int = 2) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return "\(padded(year, 4))-\(padded(month < 10 ? month + 3 : month - 9))-\(padded(date))T"
            + "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))Z"
    }
}
