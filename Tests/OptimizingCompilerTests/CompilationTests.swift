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
    }

    @Test("an object file with any byte flipped is refused or links, never crashes")
    func flippedBytes() throws {
        let clang = try Clang()
        let text = try OptimizingCompiler.intermediateText(try module(Self.sample))
        let object = try clang.compile(text, for: .v2, level: .quick)
        for place in stride(from: 0, to: object.count, by: 7) {
            var damaged = object
            damaged[place] ^= 0x41
            _ = try? LinkedCode([try ELFObject(damaged)])
        }
        for count in stride(from: 0, to: object.count, by: 61) {
            _ = try? LinkedCode([try ELFObject(Array(object[..<count]))])
        }
        #expect(try LinkedCode([try ELFObject(object)]).functions.count == 2)
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

    @Test("a load whose value is dropped is kept")
    func droppedLoad() throws {
        let text = try OptimizingCompiler.intermediateText(
            try module("(module (memory 1) (func (drop (i32.load (i32.const 9)))))"))
        #expect(String(decoding: text, as: UTF8.self).contains("asm sideeffect"))
    }
}
