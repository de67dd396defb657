import Testing
import Wasm
@testable import WasmEngine

@Suite struct CodeImageTests {
    func image() throws -> (image: CodeImage, module: LoadedModule) {
        let module = try Guest.load("(module (func) (func) (func))")
        let functions = [
            NativeGuest.function(0, [0xE8, 0, 0, 0, 0], calls: [(1, 2)]),
            NativeGuest.function(2, [0x0F, 0x0B], traps: [(0, .unreachable)]),
        ]
        return (NativeGuest.image(functions, of: module), module)
    }

    @Test("an image comes back from its file as it was, and the same image is the same file")
    func roundTrip() throws {
        let image = try image().image
        let file = image.encoded()
        #expect(try CodeImage(decoding: file) == image)
        #expect(file == (try self.image().image.encoded()))
    }

    @Test("a file with any byte changed, cut off or added is refused")
    func damage() throws {
        let file = try image().image.encoded()
        for index in file.indices {
            var damaged = file
            damaged[index] ^= UInt8(1) << UInt8(index % 8)
            #expect(throws: CodeImageRejection.self) { try CodeImage(decoding: damaged) }
        }
        for count in [0, 7, 8, 167, 168, file.count - 1] {
            #expect(throws: CodeImageRejection.self) {
                try CodeImage(decoding: Array(file.prefix(count)))
            }
        }
        #expect(throws: CodeImageRejection.self) { try CodeImage(decoding: file + [0]) }
    }

    /// The file with some bytes of its head replaced and a checksum that fits.
    func resealed(_ file: [UInt8], _ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var file = file
        file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        let sum = unsafe file[24..<4096].withUnsafeBytes { unsafe ImageChecksum.sum($0) }
        for index in 0..<8 {
            file[16 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index))
        }
        return file
    }

    @Test("a file of another interface, with unknown flags or sections past its end is refused")
    func wrongFields() throws {
        let file = try image().image.encoded()
        #expect(throws: CodeImageRejection.otherVersion(found: 99)) {
            try CodeImage(decoding: resealed(file, 12, [99, 0, 0, 0]))
        }
        #expect(throws: CodeImageRejection.malformed("unknown flags", offset: 24)) {
            try CodeImage(decoding: resealed(file, 24, [0xFF]))
        }
        for field in stride(from: 120, to: 160, by: 8) {
            let large = resealed(file, field, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
            #expect(throws: CodeImageRejection.self) { try CodeImage(decoding: large) }
        }
        // The first function's entry, past its range.
        #expect(throws: CodeImageRejection.self) {
            try CodeImage(decoding: resealed(file, 168 + 4, [0xFF, 0xFF, 0, 0]))
        }
    }

    @Test("an image for a larger module, or for a processor this is not, is not run")
    func wrongModule() throws {
        let (image, _) = try image()
        let smaller = try Guest.load("(module (func))")
        #expect(throws: CodeImageRejection.self) { try smaller.install(image) }
        let (unknown, module) = try self.image()
        var changed = unknown
        changed.header.options.features.insert(CPUFeatures(rawValue: 1 << 63))
        #expect(throws: CodeImageRejection.self) { try module.install(changed) }
    }

    @Test("the checksum is XXH64")
    func checksum() {
        // Of the empty text and of "abc": xxHash specification, and its reference program.
        for (text, sum): (String, UInt64) in [
            ("", 0xEF46_DB37_51D8_E999), ("abc", 0x44BC_2CF5_AD77_0999),
        ] {
            let bytes = Array(text.utf8)
            #expect(unsafe bytes.withUnsafeBytes { unsafe ImageChecksum.sum($0) } == sum)
        }
    }
}
