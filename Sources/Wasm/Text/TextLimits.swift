/// What the text parser accepts at most; everything else it uses is proportional to the source.
package struct TextLimits: Sendable, Equatable {
    /// Bytes of source text; up to about 20 bytes of memory are needed for each. Tokens count in 32 bits, so larger values than 4 GiB − 1 have no effect.
    package var sourceBytes: Int
    /// Characters of foreign text that an error quotes.
    package var quotedCharacters: Int

    package init(sourceBytes: Int = 1 << 28, quotedCharacters: Int = 40) {
        self.sourceBytes = sourceBytes
        self.quotedCharacters = quotedCharacters
    }

    package static let standard = TextLimits()
}
