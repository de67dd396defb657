import Bytes

/// One element of the Distinguished Encoding Rules (ITU-T X.690): tag, content, and the bytes of both.
struct DERElement: Sendable {
    /// The identifier octet: class, constructed bit and a tag number below 31.
    let tag: DERTag
    /// The content octets.
    let content: ArraySlice<UInt8>
    /// Identifier, length and content octets, as received.
    let encoded: ArraySlice<UInt8>

    /// Offset of the identifier octet from the start of the input.
    var offset: Int { encoded.startIndex }

    /// A reader over the elements inside a constructed one.
    var children: DERReader { DERReader(content) }

    /// An error about this element.
    func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: offset, problem: problem)
    }
}
