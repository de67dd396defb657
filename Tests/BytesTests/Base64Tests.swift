import Bytes
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    @Test(
        "the vectors of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, base64: String) {
        #expect(Array(text.utf8).base64 == base64)
        #expect([UInt8](base64: base64) == Array(text.utf8))
        let url = base64.filter { $0 != "=" }
        #expect(Array(text.utf8).base64url == url)
        #expect([UInt8](base64url: url) == Array(text.utf8))
    }

    @Test(
        "loose spellings are refused",
        arguments: ["Zg", "Zh==", "Zm9=", "Z===", "Zm9v=", "Zm_v", "Zm 9"])
    func refused(base64: String) { #expect([UInt8](base64: base64) == nil) }

    @Test("base64url takes its own alphabet and no padding")
    func url() {
        #expect([0xfb, 0xff].base64url == "-_8")
        #expect([UInt8](base64url: "-_8") == [0xfb, 0xff])
        #expect([UInt8](base64url: "Zg==") == nil)
        #expect([UInt8](base64url: "-_9") == nil)
    }
}
