import Foundation
import OptimizingCompiler
import Platform
import SinglePassCompiler
import Testing
import Wasm
import WasmEngine

/// Images in files that were damaged after they were written.
@Suite struct DamagedImageTests {
    /// The data makes pages of its memory, and the text begins behind the first 64 KiB of the body.
    private static let text = """
        (module (memory (export "m") 2)
          (data (i32.const 4000) "\(String(repeating: "d", count: 65_000))")
          (data (i32.const 1024) "\(String(repeating: "e", count: 1000))")
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
        image.memory = InitialMemory(module.module)
        return image.encoded()
    }

    /// A file that goes with the value.
    private final class Scratch {
        let path = "\(NSTemporaryDirectory())/image-\(UUID().uuidString).cwasm"

        init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func open(_ byteCount: Int, known: UInt64? = nil) throws -> MappedImage {
            let name = try #require(PathName(path.utf8))
            let file = try BorrowedDescriptor.currentDirectory.open(name, .readOnly)
            return try MappedImage(file.borrowed, byteCount: byteCount, known: known)
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
            let memory = try #require(instance.memory("m"))
            #expect(try memory.copy(at: 1023, count: 2) == [0, 0x65])
            #expect(try memory.copy(at: 68_999, count: 2) == [0x64, 0])
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
        // The last page holds all of the text, and no other section.
        let text = (bytes.count - 1) & -4096
        // Of the long data every 61st byte will do.
        for offset in bytes.indices where offset < 8192 || offset >= text || offset % 61 == 0 {
            try scratch.set(offset, bytes[offset] ^ UInt8(1) << UInt8(offset % 8))
            defer { try? scratch.set(offset, bytes[offset]) }
            guard let image = try? scratch.open(bytes.count) else {
                refused += 1
                continue
            }
            #expect(!image.isWhole, "offset \(offset)")
            // Damage in what is not used, such as the module here, harms nobody.
            guard offset % 64 == 0, offset >= text else { continue }
            ended += 1
            let result = try Self.run(image)
            #expect(throws: Trap.self, "offset \(offset)") { try result.get() }
            #expect((try? result.get()) != expected)
        }
        #expect(refused >= 4096 && ended > 0)
        #expect(try Self.run(scratch.open(bytes.count)).get() == expected)
    }

    @Test("a backtrace ends where the table of frames is damaged, and goes on where it is not")
    func damagedFrames() throws {
        // So much code that the frames' rows lie in other chunks than what runs.
        let stores = (0..<9_000).map { "(i64.store offset=\(24 * $0) (local.get 0) (local.get 1))" }
        let text = """
            (module (memory 4)
              (func $fall (export "fall") (param i32) (result i32)
                (if (i32.eqz (local.get 0)) (then unreachable))
                (i32.add (i32.const 1) (call $fall (i32.sub (local.get 0) (i32.const 1)))))
              (func (export "pad") (param i32 i64) \(stores.joined(separator: "\n"))))
            """
        let valid = try ModuleValidator.validate(
            ModuleDecoder.decode(TextParser.assemble(text)))
        var settings = OptimizingCompiler.Settings()
        settings.processor = try #require(TargetProcessor.native)
        settings.level = .usual
        let bytes = try OptimizingCompiler(settings).compile(
            valid, digest: [UInt8](repeating: 0, count: 32), options: CompilationOptions()
        ).encoded()
        let scratch = try Scratch(bytes)
        func depth() throws -> Int {
            let module = try LoadedModule(valid)
            try module.install(scratch.open(bytes.count))
            var configuration = EngineConfiguration()
            configuration.runsMachineCode = true
            let store = try Store(configuration)
            return try withExtendedLifetime(store) {
                let instance = try store.instantiate(module)
                let function = try #require(instance.function("fall"))
                do throws(Trap) {
                    _ = try function.call([.i32(9 as UInt32)])
                    return 0
                } catch {
                    #expect(error.reason == .unreachable)
                    return error.backtrace.count
                }
            }
        }
        #expect(try depth() == 10)
        try scratch.set(bytes.count - 1, bytes[bytes.count - 1] ^ 1)
        #expect(try depth() == 1)
        try scratch.set(bytes.count - 1, bytes[bytes.count - 1])
        #expect(try depth() == 10)
    }

    @Test("an image that was found whole runs unchecked; another one is checked all the same")
    func knownImage() throws {
        let bytes = try Self.file()
        let scratch = try Scratch(bytes)
        let sum = try scratch.open(bytes.count).checksum
        let known = try scratch.open(bytes.count, known: sum)
        #expect(known.isKnown && known.isWhole)
        #expect(try Self.run(known).get() == [.i32(2500 as UInt32)])
        #expect(try !scratch.open(bytes.count, known: sum ^ 1).isKnown)
        // Any other image has another checksum in its head.
        try scratch.set(40, bytes[40] ^ 1)
        #expect(throws: CodeImageRejection.self) { try scratch.open(bytes.count, known: sum) }
    }

    @Test("pages that guests write to are theirs alone")
    func privatePages() throws {
        let bytes = try Self.file()
        let scratch = try Scratch(bytes)
        for _ in 0..<2 {
            let image = try scratch.open(bytes.count)
            #expect(try Self.run(image).get() == [.i32(2500 as UInt32)])
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path)) == Data(bytes))
    }

    @Test("an image that is cut short or longer than it says is refused")
    func otherLengths() throws {
        let bytes = try Self.file()
        let scratch = try Scratch(bytes + [0])
        for count in [1, 100, 184, 4096, bytes.count - 1, bytes.count + 1] {
            #expect(throws: CodeImageRejection.self) { try scratch.open(count) }
        }
    }
}
