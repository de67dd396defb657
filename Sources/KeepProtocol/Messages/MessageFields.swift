import Attestation
import Bytes

/// The fields of a message, an array whose first element is the message's number.
struct MessageFields {
    let number: UInt64
    private var fields: ArraySlice<CBORValue>
    private let name: String

    init(_ frame: [UInt8], _ name: String) throws(MalformedBytes) {
        self.name = name
        var rules = CBORRules.deterministic
        rules.maximumBytes = KeepLimits.frameBytes
        rules.maximumItems = 4096
        rules.maximumDepth = 6
        let value = try CBORReader.decode(frame[...], rules: rules, name)
        guard case .array(let elements) = value, case .unsigned(let number)? = elements.first else {
            throw MalformedBytes(field: name, offset: 0, problem: "is no array with a number first")
        }
        self.number = number
        fields = elements.dropFirst()
    }

    /// Fields that stand inside another item.
    init(values: [CBORValue], _ name: String) {
        self.name = name
        number = 0
        fields = values[...]
    }

    func malformed(_ problem: String) -> MalformedBytes {
        MalformedBytes(field: "\(name) \(number)", offset: 0, problem: problem)
    }

    mutating func value() throws(MalformedBytes) -> CBORValue {
        guard let value = fields.popFirst() else { throw malformed("has too few fields") }
        return value
    }

    mutating func unsigned(_ field: String) throws(MalformedBytes) -> UInt64 {
        guard case .unsigned(let value) = try value() else {
            throw malformed("\(field) must be a number that is not negative")
        }
        return value
    }

    mutating func boolean(_ field: String) throws(MalformedBytes) -> Bool {
        guard case .boolean(let value) = try value() else {
            throw malformed("\(field) must be true or false")
        }
        return value
    }

    mutating func text(_ field: String, atMost limit: Int = 4096) throws(MalformedBytes) -> String {
        guard case .text(let text) = try value(), text.utf8.count <= limit else {
            throw malformed("\(field) must be text of at most \(limit) bytes")
        }
        return text
    }

    mutating func bytes(
        _ field: String, _ sizes: ClosedRange<Int>
    ) throws(MalformedBytes) -> [UInt8] {
        guard case .bytes(let bytes) = try value(), sizes.contains(bytes.count) else {
            throw malformed(
                "\(field) must be \(sizes.lowerBound) to \(sizes.upperBound) bytes")
        }
        return Array(bytes)
    }

    mutating func identity(_ field: String) throws(MalformedBytes) -> WorkloadIdentity {
        let value = try value()
        if value == .null { return .empty }
        guard case .bytes(let bytes) = value,
            let identity = WorkloadIdentity(digest: Array(bytes))
        else { throw malformed("\(field) must be 48 bytes or null") }
        return identity
    }

    func finish() throws(MalformedBytes) {
        guard fields.isEmpty else { throw malformed("has \(fields.count) fields too many") }
    }
}
