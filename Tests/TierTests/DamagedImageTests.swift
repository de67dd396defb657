import Foundation
import Platform
import SinglePassCompiler
import Testing
import Wasm
import WasmEngine

/// Images in files that were damaged after they were written.
@Suite struct DamagedImageTests {
    private static let text = """
        (module (memory (export "m") 1)
          (func $half (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2)))
          (func (export "sum") (param i32) (result i32) (local i32)
            (loop
              (local.set 1 (i32.add (local.get 1) (call $half (local.get 0))))
              (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (i32.store (i32.const 8) (local.get 1))
            (local.get 1)))
        """

    private static func module() throws -> LoadedModule {
        let decoded = try ModuleDecoder.decode(try TextParser.assemble(text))
        return try LoadedModule(try ModuleValidator.validate(decoded))
    }

    private static func file() throws -> [UInt8] {
        let module = try module()
        var options = CompilationOptions()
        options.features = .ofThisMachine
        var image = SinglePassCompiler(module, options)
            .compileModule(digest: [UInt8](repeating: 7, count: 32))
        image.module = Array(module.module.bytes)
        return image.encoded()
    }

    /// A file that goes with the value.
    private final class Scratch {
        let path = "\(NSTemporaryDirectory())/image-\(UUID().uuidString).cwasm"

        init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func open(_ byteCount: Int) throws -> MappedImage {
            let name = try #require(PathName(path.utf8))
            let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
            return try MappedImage(file.borrowed, byteCount: byteCount)
        }

        /// Writes one byte in place.
        func set(_ offset: Int, _ byte: UInt8) throws {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: Data([byte]))
            try handle.close()
        }
    }

    private static func run(_ image: MappedImage) throws -> Result<[Value], Trap> {
        let module = try module()
        try module.install(image)
        var configuration = EngineConfiguration()
        configuration.runsMachineCode = true
        let store = try Store(configuration)
        return try withExtendedLifetime(store) {
            let instance = try store.instantiate(module)
            #expect(instance.runsMachineCode)
            let function = try #require(instance.function("sum"))
            return Result { () throws(Trap) in try function.call([.i32(100 as UInt32)]) }
        }
    }

    @Test("an image runs from its file, and brings its module along")
    func runsFromFile() throws {
        let bytes = try Self.file()
        let image = try Scratch(bytes).open(bytes.count)
        #expect(image.isWhole)
        #expect(image.module.map { Array($0) } == Array(try Self.module().module.bytes))
        #expect(try Self.run(image).get() == [.i32(2500 as UInt32)])
    }

    @Test("with any byte flipped an image is refused, or ends the guest where the damage is")
    func flippedBytes() throws {
        let bytes = try Self.file()
        let expected = [Value.i32(2500 as UInt32)]
        let scratch = try Scratch(bytes)
        var (refused, ended) = (0, 0)
        for offset in bytes.indices {
            try scratch.set(offset, bytes[offset] ^ UInt8(1) << UInt8(offset % 8))
            defer { try? scratch.set(offset, bytes[offset]) }
            guard let image = try? scratch.open(bytes.count) else {
                refused += 1
                continue
            }
            #expect(!image.isWhole, "offset \(offset)")
            // The body of so small an image is one chunk, so nothing of it runs.
            guard offset % 16 == 0 else { continue }
            ended += 1
            let result = try Self.run(image)
            #expect(throws: Trap.self, "offset \(offset)") { try result.get() }
            #expect((try? result.get()) != expected)
        }
        #expect(refused >= 4096 && ended > 0)
        #expect(try Self.run(scratch.open(bytes.count)).get() == expected)
    }

    @Test("an image that is cut short or longer than it says is refused")
    func otherLengths() throws {
        let bytes = try Self.file()
        let scratch = try Scratch(bytes + [0])
        for count in [1, 100, 168, 4096, bytes.count - 1, bytes.count + 1] {
            #expect(throws: CodeImageRejection.self) { try scratch.open(count) }
        }
    }
}
