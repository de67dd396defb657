/// One value of a JSON text (RFC 8259) together with the very bytes that spell it.
///
/// A signature over a JSON object covers its spelling, so ``bytes`` are kept and never
/// written anew.
package struct JSONNode: Sendable {
    /// What the value is.
    package indirect enum Content: Sendable {
        case null
        case boolean(Bool)
        /// A number, as spelled; see ``JSONNode/unsigned(_:)``.
        case number
        case string(String)
        case array([JSONNode])
        case object([String: JSONNode])
    }

    /// What the value is.
    package let content: Content
    /// The value's exact bytes in the input.
    package let bytes: ArraySlice<UInt8>
    /// Offset of the first byte from the start of the input.
    package let offset: Int

    init(_ content: Content, _ bytes: ArraySlice<UInt8>, offset: Int) {
        self.content = content
        self.bytes = bytes
        self.offset = offset
    }

    private func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: offset, problem: problem)
    }

    /// The members, when this is an object.
    package func object(_ field: String) throws(MalformedBytes) -> [String: JSONNode] {
        guard case .object(let members) = content else {
            throw malformed(field, "must be an object")
        }
        return members
    }

    /// The member of that name in an object.
    package func member(_ name: String) throws(MalformedBytes) -> JSONNode {
        guard let node = try object(name)[name] else { throw malformed(name, "is missing") }
        return node
    }

    /// The member of that name in an object, or `nil` when there is none.
    package func optionalMember(_ name: String) throws(MalformedBytes) -> JSONNode? {
        try object(name)[name]
    }

    /// The elements, when this is an array.
    package func array(_ field: String) throws(MalformedBytes) -> [JSONNode] {
        guard case .array(let elements) = content else {
            throw malformed(field, "must be an array")
        }
        return elements
    }

    /// The text, when this is a string.
    package func string(_ field: String) throws(MalformedBytes) -> String {
        guard case .string(let text) = content else { throw malformed(field, "must be a string") }
        return text
    }

    /// The truth value, when this is one.
    package func boolean(_ field: String) throws(MalformedBytes) -> Bool {
        guard case .boolean(let value) = content else {
            throw malformed(field, "must be true or false")
        }
        return value
    }

    /// The number, when this is a whole one from 0 to 2^64 - 1 spelled with digits only.
    package func unsigned(_ field: String) throws(MalformedBytes) -> UInt64 {
        guard case .number = content, let value = UInt64(String(decoding: bytes, as: UTF8.self))
        else { throw malformed(field, "must be a whole number that is not negative") }
        return value
    }

    /// The bytes that a string of hexadecimal digits spells, exactly `count` of them if given.
    package func hexadecimal(
        _ field: String, count: Int? = nil
    ) throws(MalformedBytes) -> [UInt8] {
        guard let bytes = [UInt8](hexadecimal: try string(field)) else {
            throw malformed(field, "must be hexadecimal")
        }
        if let count, bytes.count != count {
            throw malformed(field, "must be \(count) bytes, is \(bytes.count)")
        }
        return bytes
    }
}
