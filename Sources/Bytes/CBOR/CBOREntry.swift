/// A key and its value in a CBOR map (RFC 8949 §3.1, major type 5).
package struct CBOREntry: Equatable, Sendable {
    package var key: CBORValue
    package var value: CBORValue

    package init(_ key: CBORValue, _ value: CBORValue) {
        self.key = key
        self.value = value
    }
}
