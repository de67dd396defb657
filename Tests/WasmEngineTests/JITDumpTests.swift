import Testing
import Wasm
@testable import WasmEngine

#if arch(x86_64) && os(Linux)
    /// What `perf inject --jit` reads (Linux, tools/perf/Documentation/jitdump-specification.txt).
    @Suite struct JITDumpTests {
        private struct Reader {
            let bytes: [UInt8]
            var position = 0

            mutating func integer<T: FixedWidthInteger>(_: T.Type) -> T {
                defer { position += T.bitWidth / 8 }
                return (0..<T.bitWidth / 8).reduce(0) { sum, index in
                    sum | T(truncatingIfNeeded: bytes[position + index]) << T(8 * index)
                }
            }
        }

        private static func guest() throws -> NativeGuest {
            try NativeGuest(
                "(module (func $first) (func (export \"second\")) (func))",
                [NativeGuest.function(0, [0x90]), NativeGuest.function(1, [0x90, 0x90])])
        }

        @Test("the header names format, version, processor and process")
        func header() throws {
            var reader = Reader(bytes: try Self.guest().module.jitDump(process: 77, timestamp: 9))
            #expect(reader.integer(UInt32.self) == 0x4A69_5444)
            #expect(reader.integer(UInt32.self) == 1)
            #expect(reader.integer(UInt32.self) == 40)
            #expect(reader.integer(UInt32.self) == 62)
            #expect(reader.integer(UInt32.self) == 0)
            #expect(reader.integer(UInt32.self) == 77)
            #expect(reader.integer(UInt64.self) == 9)
            #expect(reader.integer(UInt64.self) == 0)
        }

        @Test("each function with machine code has a record with its name, place and code")
        func records() throws {
            let guest = try Self.guest()
            let bytes = guest.module.jitDump(process: 77, timestamp: 9)
            var reader = Reader(bytes: bytes, position: 40)
            let image = try #require(guest.module.nativeImages.first)
            for (index, name) in ["first", "second"].enumerated() {
                let start = reader.position
                #expect(reader.integer(UInt32.self) == 0)  // JIT_CODE_LOAD
                let size = Int(reader.integer(UInt32.self))
                #expect(reader.integer(UInt64.self) == 9)
                #expect(reader.integer(UInt32.self) == 77)
                #expect(reader.integer(UInt32.self) == 77)
                let address = reader.integer(UInt64.self)
                let entry = unsafe try #require(image.entry(index))
                #expect(address == UInt64(UInt(bitPattern: entry)))
                #expect(reader.integer(UInt64.self) == address)
                let count = Int(reader.integer(UInt64.self))
                #expect(reader.integer(UInt64.self) == UInt64(index))
                let rest = bytes[reader.position..<start + size]
                #expect(rest.prefix(name.utf8.count + 1).elementsEqual(Array(name.utf8) + [0]))
                let code = [UInt8](repeating: 0x90, count: index + 1)
                let whole = NativeGuest.enter + code + NativeGuest.leave
                #expect(count == whole.count && rest.suffix(count).elementsEqual(whole))
                reader.position = start + size
            }
            #expect(reader.position == bytes.count)
        }

        @Test("a name can not end a line of the map, or a name of the dump, before its end")
        func names() throws {
            let guest = try NativeGuest(
                #"(module (func (export "a\0ab\00ü")) (func))"#,
                [NativeGuest.function(0, [0x90]), NativeGuest.function(1, [0x90])])
            let image = try #require(guest.module.nativeImages.first)
            let lines = String(decoding: guest.module.perfMap, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 3)
            for (index, name) in ["a?b?ü", "function[1]"].enumerated() {
                let words = lines[index].split(separator: " ")
                try #require(words.count == 3)
                let entry = unsafe try #require(image.entry(index))
                #expect(UInt(words[0], radix: 16) == UInt(bitPattern: entry))
                let size = NativeGuest.enter.count + 1 + NativeGuest.leave.count
                #expect(Int(words[1], radix: 16) == size)
                #expect(words[2] == name)
            }
            #expect(lines[2].isEmpty)
            let dump = guest.module.jitDump(process: 1, timestamp: 1)
            #expect(dump.dropFirst(40 + 56).starts(with: Array("a\nb?ü".utf8) + [0]))
        }
    }
#endif
