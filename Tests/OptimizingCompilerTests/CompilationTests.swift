import Foundation
import Platform
import Testing
import Wasm
import WasmEngine

@testable import OptimizingCompiler

/// Whole modules through clang.
@Suite struct CompilationTests {
    private func module(_ text: String) throws -> ValidModule {
        try ModuleValidator.validate(try ModuleDecoder.decode(try TextParser.assemble(text)))
    }

    private func image(_ text: String) throws -> CodeImage {
        var settings = OptimizingCompiler.Settings()
        settings.processor = .v2
        return try OptimizingCompiler(settings).compile(
            try module(text), digest: [UInt8](repeating: 7, count: 32),
            options: CompilationOptions())
    }

    private static let sample = """
        (module (memory 1) (global $g (mut i32) (i32.const 3))
          (func (export "divide") (param i32 i32) (result i32)
            (i32.div_s (local.get 0) (local.get 1)))
          (func (export "sum") (param i32) (result f64) (local f64)
            (loop $next
              (local.set 1 (f64.add (local.get 1) (f64.load (local.get 0))))
              (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 8)))))
            (local.get 1)))
        """

    /// The first function's code lies inside the second's.
    private static let nested = """
        (module (memory 1)
          (func $load (param i32) (result i32) (i32.div_s (i32.load (local.get 0)) (local.get 0)))
          (func (export "sum") (param i32) (result i32)
            (i32.add (call $load (local.get 0)) (call $load (i32.const 8)))))
        """

    @Test("the same module gives the same bytes twice, and the file form reads back")
    func isReproducible() throws {
        let first = try image(Self.sample)
        #expect(try image(Self.sample) == first)
        #expect(try CodeImage(decoding: first.encoded()) == first)
    }

    @Test("every function has code, and traps and places are known")
    func tables() throws {
        let image = try image(Self.sample)
        #expect(image.functions.map(\.index) == [0, 1])
        #expect(image.traps.map(\.code).contains(.integerDivideByZero))
        #expect(image.traps.map(\.code).contains(.integerOverflow))
        #expect(!image.places.isEmpty)
        let nested = try self.image(Self.nested).inlined
        #expect(nested.calls.contains { $0.function == 0 && $0.outer == InlinedCode.none })
        #expect(!nested.rows.isEmpty)
    }

    @Test("an object file with any byte flipped is refused or links, never crashes")
    func flippedBytes() throws {
        let clang = try Clang()
        var object: [UInt8] = []
        for sample in [Self.nested, Self.sample] {
            let text = try OptimizingCompiler.intermediateText(try module(sample))
            object = try clang.compile(text, for: .v2, level: .quick)
            Self.damage(object)
        }
        let functions = try LinkedCode([try ELFObject(object)]).functions
        #expect(functions.keys.sorted() == ["e0", "e1", "f0", "f1"])
    }

    /// Links an object with bytes flipped, and cut off.
    private static func damage(_ object: [UInt8]) {
        for place in stride(from: 0, to: object.count, by: 7) {
            var damaged = object
            damaged[place] ^= 0x41
            _ = try? LinkedCode([try ELFObject(damaged)])
        }
        for count in stride(from: 0, to: object.count, by: 61) {
            _ = try? LinkedCode([try ELFObject(Array(object[..<count]))])
        }
    }

    @Test("bytes are copied and filled in place, and small constant counts without a call")
    func bulkMemory() throws {
        let copy = try text(
            """
            (module (memory 1) (func (param i32 i32 i32)
              (memory.copy (local.get 0) (local.get 1) (i32.const 64))
              (memory.fill (local.get 0) (local.get 1) (i32.const 64))))
            """)
        #expect(copy.contains("@llvm.memmove.p0.p0.i64"))
        #expect(copy.contains("@llvm.memset.p0.i64"))
        for count in ["(local.get 2)", "(i32.const 65)", "(i32.const -1)"] {
            let long = try text(
                """
                (module (memory 1) (func (param i32 i32 i32)
                  (memory.copy (local.get 0) (local.get 1) \(count))
                  (memory.fill (local.get 0) (local.get 1) \(count))))
                """)
            #expect(!long.contains("@llvm.mem"))
        }
    }

    private func text(_ text: String) throws -> String {
        String(
            decoding: try OptimizingCompiler.intermediateText(try module(text)), as: UTF8.self)
    }

    @Test("clang's version is asked once, and again when the program changes")
    func rememberedVersion() throws {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (file, program) = ("\(folder)/versions", "\(folder)/program")
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: program))
        let memory = try #require(VersionMemory(file: file, program: program))
        #expect(memory.version == nil)
        memory.store("21.0.0")
        #expect(VersionMemory(file: file, program: program)?.version == "21.0.0")
        #expect(unsafe truncate(program, 2) == 0)
        #expect(try #require(VersionMemory(file: file, program: program)).version == nil)
        #expect(VersionMemory(file: file, program: "\(folder)/none") == nil)
    }

    @Test("a constant that invites LLVM to pass a signalling NaN on is hidden from it")
    func quietNaN() throws {
        let text = try OptimizingCompiler.intermediateText(
            try module(
                """
                (module (func (param f64) (result f64)
                  (f64.mul (local.get 0) (f64.const 1))))
                """))
        #expect(String(decoding: text, as: UTF8.self).contains("asm \"\", \"=x,0\""))
    }

    @Test("a pair of numbers, one of which is used, is copied one by one; four are a vector")
    func copies() throws {
        let pair = try copy(ofNumbers: 2)
        #expect(pair.count { $0.contains(" dword ptr") } == 4, "\(pair)")
        #expect(!pair.contains { $0.contains("qword ptr") }, "\(pair)")
        let four = try copy(ofNumbers: 4)
        #expect(four.count { $0.contains("xmmword ptr") } == 2, "\(four)")
    }

    /// The instructions of a function that copies neighbouring numbers and returns the first.
    private func copy(ofNumbers count: Int) throws -> [String] {
        let numbers = 0..<count
        let loads = numbers.map {
            "(local.set \($0 + 2) (i32.load offset=\(4 * $0) (local.get 1)))"
        }
        let stores = numbers.map {
            "(i32.store offset=\(4 * $0) (local.get 0) (local.get \($0 + 2)))"
        }
        let text = """
            (module (memory 1) (func (param i32 i32) (result i32)
              (local\(String(repeating: " i32", count: count)))
              \((loads + stores).joined(separator: "\n")) (local.get 2)))
            """
        return try instructions(text)
    }

    @Test("the greater of two numbers in a loop is a conditional move, not a branch")
    func greatestInLoop() throws {
        let code = try instructions(
            """
            (module (memory 1) (func (param i32 i32) (result i32) (local $greatest i32) (local $next i32)
              (loop $again
                (local.set $next (i32.load (local.get 0)))
                (local.set $greatest (select (local.get $greatest) (local.get $next)
                  (i32.gt_s (local.get $greatest) (local.get $next))))
                (i32.store (local.get 1) (local.get $greatest))
                (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
              (local.get $greatest)))
            """)
        #expect(code.contains { $0.hasPrefix("cmov") }, "\(code)")
        #expect(!code.contains { $0.hasPrefix("jg") || $0.hasPrefix("jl") }, "\(code)")
    }

    /// The instructions of a module's first function, as clang makes them for x86-64-v3.
    private func instructions(_ text: String) throws -> [String] {
        let object = try Clang().compile(
            try OptimizingCompiler.intermediateText(try module(text)), for: .v3, level: .most)
        return try Disassembler.instructions(of: "f0", in: object)
    }

    @Test("a load whose value is dropped is kept")
    func droppedLoad() throws {
        let text = try OptimizingCompiler.intermediateText(
            try module("(module (memory 1) (func (drop (i32.load (i32.const 9)))))"))
        #expect(String(decoding: text, as: UTF8.self).contains("asm sideeffect"))
    }
}
