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
        var image = NativeGuest.image(functions, of: module)
        image.memory = InitialMemory([
            InitialMemory.Extent(address: 4096, bytes: [UInt8](repeating: 5, count: 4096))
        ])
        image.inlined = InlinedCode(
            calls: [
                InlinedCode.Call(function: 2, wasmOffset: 30, outer: InlinedCode.none),
                InlinedCode.Call(function: 1, wasmOffset: 25, outer: 0),
            ],
            rows: [
                InlinedCode.Row(offset: 1, call: 0), InlinedCode.Row(offset: 2, call: 1),
                InlinedCode.Row(offset: 4, call: InlinedCode.none),
            ])
        return (image, module)
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

    /// The file with some bytes replaced and checksums that fit.
    func resealed(_ file: [UInt8], _ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var file = file
        file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        func seal(_ place: Int, _ range: Range<Int>) {
            let sum = unsafe file[range].withUnsafeBytes { unsafe ImageChecksum.sum($0) }
            for index in 0..<8 {
                file[place + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index))
            }
        }
        // The body of so small an image is one chunk.
        seal(CodeImage.headerByteCount, 4096..<file.count)
        seal(16, 24..<4096)
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
        for field in stride(from: 120, to: 176, by: 8) {
            let large = resealed(file, field, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
            #expect(throws: CodeImageRejection.self) { try CodeImage(decoding: large) }
        }
        // Frames: code instead, more than fit.
        for count in [1, 4] as [UInt8] {
            #expect(throws: CodeImageRejection.self) {
                try CodeImage(decoding: resealed(file, 176, [count]))
            }
        }
        for field in [184, 192] {
            let large = resealed(file, field, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
            #expect(throws: CodeImageRejection.self) { try CodeImage(decoding: large) }
        }
        // Inlined calls: in themselves, in a later one; rows of no call, out of order.
        let layout = try ImageHead.layout(of: file)
        for (place, byte) in [
            (layout.inlinedCalls.lowerBound + 8, 0), (layout.inlinedCalls.lowerBound + 20, 1),
            (layout.inlinedRows.lowerBound + 4, 2), (layout.inlinedRows.lowerBound + 8, 1),
        ] as [(Int, UInt8)] {
            #expect(throws: CodeImageRejection.self) {
                try CodeImage(decoding: resealed(file, place, [byte, 0, 0, 0]))
            }
        }
        // The first function's entry, past the text, or of no length.
        for bytes in [[0xFF, 0xFF, 0, 0, 0, 0, 1, 0], [8, 0, 0, 0, 8, 0, 0, 0]] as [[UInt8]] {
            #expect(throws: CodeImageRejection.self) {
                try CodeImage(decoding: resealed(file, 4096 + 4, bytes))
            }
        }
        // Pages of memory: inside a page, past 4 GiB, larger than there are.
        let extent = layout.extents.lowerBound
        for (place, byte) in [(0, 1), (4, 1), (8, 1), (9, 0x20)] as [(Int, UInt8)] {
            #expect(throws: CodeImageRejection.self) {
                try CodeImage(decoding: resealed(file, extent + place, [byte]))
            }
        }
    }

    @Test("an offset lies in the calls that were inlined there, innermost first")
    func inlinedCalls() throws {
        var sites = CodeSites(try image().image)
        func functions(_ offset: UInt32, _ limit: Int = 9) -> [UInt32] {
            sites.places(at: offset, limit: limit).map(\.function)
        }
        let expected: [[UInt32]] = [[0], [2, 0], [1, 2, 0], [1, 2, 0], [0]]
        #expect([0, 1, 2, 3, 4].map { functions($0) } == expected)
        #expect(functions(2, 2) == [1, 2])
        #expect(functions(99) == [])
        let image = try image().image
        sites = CodeSites(
            image.functions, traps: [], places: [CodeSite(offset: 0, wasmOffset: 40)],
            inlined: image.inlined)
        #expect(sites.places(at: 3, limit: 9).map(\.wasmOffset) == [40, 25, 30])
        // What enters a function may lie apart.
        var apart = image.functions[0]
        (apart.standardEntry, apart.entryEnd) = (200, 216)
        sites = CodeSites(
            [apart], traps: [], places: [CodeSite(offset: 208, wasmOffset: 41)],
            inlined: InlinedCode())
        #expect([199, 200, 208, 216].map { functions($0) } == [[], [0], [0], []])
        #expect(sites.places(at: 215, limit: 9).map(\.wasmOffset) == [41])
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

    @Test("data becomes pages: later segments win, near ones lie together, far ones do not")
    func pagesOfData() throws {
        let large = String(repeating: "x", count: 70_000)
        let module = try Guest.load(
            """
            (module (memory 20)
              (data (i32.const 5000) "\(large)") (data (i32.const 5001) "abc")
              (data (i32.const 80000) "") (data (i32.const 1000000) "far"))
            """
        ).module
        let extents = InitialMemory(module).extents
        #expect(extents.map(\.address) == [4096, 999_424])
        #expect(extents.map(\.bytes.count) == [18 * 4096, 4096])
        #expect(extents[0].bytes[903..<909].elementsEqual([0] + "xabcx".utf8))
        #expect(extents[1].bytes[576..<580].elementsEqual([UInt8]("far".utf8) + [0]))
    }

    @Test(
        "data that is small, of another memory, past the end or placed by an import is not pages",
        arguments: [
            "(memory 20) (data (i32.const 0) \"few\")",
            "(memory 20) (memory 20) (data (memory 1) (i32.const 0) \"LARGE\")",
            "(memory 1) (data (i32.const 0) \"LARGE\")",
            "(import \"h\" \"m\" (memory 20)) (data (i32.const 0) \"LARGE\")",
            "(import \"h\" \"g\" (global i32)) (memory 20) (data (global.get 0) \"LARGE\")",
            "(memory 20) (data (i32.add (i32.const 0) (i32.const 1)) \"LARGE\")",
        ])
    func dataThatIsCopied(text: String) throws {
        let large = String(repeating: "x", count: 70_000)
        let module = try Guest.load(
            "(module \(text.replacing("LARGE", with: large)))"
        ).module
        #expect(InitialMemory(module).extents.isEmpty)
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

extension ImageHead {
    fileprivate static func layout(of file: [UInt8]) throws -> ImageLayout {
        try unsafe file.withUnsafeBytes { unsafe try ImageHead(reading: $0).layout }
    }
}
