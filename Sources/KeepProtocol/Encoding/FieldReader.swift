package import Bytes

/// Takes the members of one CBOR map with text keys: each exactly once, none left over.
package struct FieldReader {
    private let place: String
    private var members: [String: CBORValue] = [:]

    /// - Parameter place: what the map is, for errors.
    package init(_ value: CBORValue, _ place: String) throws(MalformedBytes) {
        self.place = place
        guard case .map(let entries) = value else { throw Self.malformed(place, "is no map") }
        for entry in entries {
            guard case .text(let key) = entry.key else {
                throw Self.malformed(place, "has a key that is no text")
            }
            members[key] = entry.value
        }
    }

    private static func malformed(_ place: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: place, offset: 0, problem: problem)
    }

    func malformed(_ key: String, _ problem: String) -> MalformedBytes {
        Self.malformed("\(place).\(key)", problem)
    }

    /// The member of that name, which is then used up.
    package mutating func value(_ key: String) throws(MalformedBytes) -> CBORValue {
        guard let value = members.removeValue(forKey: key) else {
            throw malformed(key, "is missing")
        }
        return value
    }

    package mutating func text(
        _ key: String, atMost limit: Int = 4096
    ) throws(MalformedBytes) -> String {
        guard case .text(let text) = try value(key), text.utf8.count <= limit else {
            throw malformed(key, "must be text of at most \(limit) bytes")
        }
        return text
    }

    package mutating func optionalText(_ key: String) throws(MalformedBytes) -> String? {
        let value = try value(key)
        if value == .null { return nil }
        guard case .text(let text) = value, text.utf8.count <= 4096 else {
            throw malformed(key, "must be text or null")
        }
        return text
    }

    package mutating func bytes(
        _ key: String, _ sizes: ClosedRange<Int>
    ) throws(MalformedBytes) -> [UInt8] {
        guard case .bytes(let bytes) = try value(key), sizes.contains(bytes.count) else {
            throw malformed(
                key, "must be \(sizes.lowerBound) to \(sizes.upperBound) bytes")
        }
        return Array(bytes)
    }

    package mutating func unsigned(_ key: String) throws(MalformedBytes) -> UInt64 {
        guard case .unsigned(let number) = try value(key) else {
            throw malformed(key, "must be a number that is not negative")
        }
        return number
    }

    package mutating func optionalUnsigned(_ key: String) throws(MalformedBytes) -> UInt64? {
        let value = try value(key)
        if value == .null { return nil }
        guard case .unsigned(let number) = value else {
            throw malformed(key, "must be a number that is not negative, or null")
        }
        return number
    }

    package mutating func boolean(_ key: String) throws(MalformedBytes) -> Bool {
        guard case .boolean(let flag) = try value(key) else {
            throw malformed(key, "must be true or false")
        }
        return flag
    }

    package mutating func array(
        _ key: String, atMost limit: Int = 256
    ) throws(MalformedBytes) -> [CBORValue] {
        guard case .array(let elements) = try value(key), elements.count <= limit else {
            throw malformed(key, "must be an array of at most \(limit)")
        }
        return elements
    }

    package mutating func texts(
        _ key: String, atMost limit: Int = 256
    ) throws(MalformedBytes) -> [String] {
        var result: [String] = []
        for element in try array(key, atMost: limit) {
            guard case .text(let text) = element, text.utf8.count <= 1 << 16 else {
                throw malformed(key, "must be an array of texts")
            }
            result.append(text)
        }
        return result
    }

    /// One of the cases of an enumeration of texts.
    package mutating func choice<Choice: RawRepresentable<String>>(
        _ key: String, _: Choice.Type = Choice.self
    ) throws(MalformedBytes) -> Choice {
        let text = try text(key, atMost: 64)
        guard let choice = Choice(rawValue: text) else {
            throw malformed(key, "has no case \(text.debugDescription)")
        }
        return choice
    }

    /// Requires that every member was taken.
    package func finish() throws(MalformedBytes) {
        if let key = members.keys.min() { throw malformed(key, "is not known") }
    }
}

extension CBORValue {
    /// A map with text keys.
    package static func fields(_ members: [(String, CBORValue)]) -> CBORValue {
        .map(members.map { CBOREntry(.text($0.0), $0.1) })
    }

    /// Text, or null.
    package static func optional(_ text: String?) -> CBORValue {
        text.map { .text($0) } ?? .null
    }

    /// A number, or null.
    package static func optional(_ number: UInt64?) -> CBORValue {
        number.map { .unsigned($0) } ?? .null
    }
}
