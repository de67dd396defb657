import Foundation
import SinglePassCompiler
import Testing
import Wasm
import WasmEngine

/// The machine code of small functions, disassembled, beside what it was. `UPDATE_GOLDENS=1` writes
/// the files anew, for the diff.
@Suite struct GoldenTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        var features: CPUFeatures = .level3
        var testDescription: String { name }
    }

    static let samples = [
        Sample(
            name: "add",
            text: """
                (func (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
                """),
        Sample(
            name: "sum-loop",
            text: """
                (memory 1)
                (func (param i32 i32) (result f64) (local f64)
                  loop
                    local.get 2 local.get 0 f64.load offset=8 f64.add local.set 2
                    local.get 0 i32.const 8 i32.add local.set 0
                    local.get 1 i32.const -1 i32.add local.tee 1
                    br_if 0
                  end
                  local.get 2)
                """),
        Sample(
            name: "compare-and-branch",
            text: """
                (func (param i64 i64) (result i64)
                  local.get 0 local.get 1 i64.lt_s
                  if (result i64) local.get 0 else local.get 1 end)
                """),
        Sample(
            name: "calls",
            text: """
                (type $t (func (param i32) (result i32)))
                (import "m" "f" (func $f (param i32) (result i32)))
                (table 4 funcref)
                (func (param i32 i32) (result i32)
                  local.get 0 call $f local.get 1 i32.add
                  local.get 1 call_indirect (type $t))
                """),
        Sample(
            name: "division",
            text: """
                (func (param i32 i32) (result i32)
                  local.get 0 local.get 1 i32.rem_s local.get 0 i32.const 10 i32.div_u i32.mul)
                """),
        Sample(
            name: "scaled-address",
            text: """
                (memory 1)
                (func (param i32 i32)
                  local.get 0 local.get 1 i32.const 3 i32.shl i32.add
                  local.get 0 i64.load32_u i64.store offset=16)
                """),
        Sample(
            name: "vector-multiply-add",
            text: """
                (memory 1)
                (func (param i32 v128)
                  local.get 0 local.get 0 v128.load local.get 1 f64x2.mul
                  local.get 1 f64x2.add v128.store)
                """),
        Sample(
            name: "vector-multiply-add-sse",
            text: """
                (memory 1)
                (func (param i32 v128)
                  local.get 0 local.get 0 v128.load local.get 1 f64x2.mul
                  local.get 1 f64x2.add v128.store)
                """, features: .baseline),
    ]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Goldens")

    @Test("small functions compile to the code on file", arguments: samples)
    func golden(_ sample: Sample) throws {
        let found = try disassemble(try compiled(sample).code)
        let file = Self.folder.appending(path: "\(sample.name).txt")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
            try found.write(to: file, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(found == expected)
    }

    private func module(_ text: String) throws -> LoadedModule {
        let module = try ModuleDecoder.decode(try TextParser.assemble("(module \(text))"))
        return try LoadedModule(try ModuleValidator.validate(module))
    }

    private func compiled(_ sample: Sample) throws -> CompiledFunction {
        let module = try module(sample.text)
        var options = CompilationOptions()
        options.features = sample.features
        let index = UInt32(module.module.importedFunctionCount)
        return try #require(
            try SinglePassCompiler(module, options).makeWorker().compile(function: index))
    }

    /// The toolchain's disassembly, addresses and bytes left out.
    private func disassemble(_ code: [UInt8]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "martlet-golden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = folder.appending(path: "code.s")
        let list = code.map { "0x" + String($0, radix: 16) }.joined(separator: ",")
        try ".text\n.byte \(list)\n".write(to: bytes, atomically: true, encoding: .utf8)
        let object = folder.appending(path: "code.o").path(percentEncoded: false)
        _ = try run(["clang", "-c", bytes.path(percentEncoded: false), "-o", object])
        let text = try run([
            "llvm-objdump", "-d", "--no-show-raw-insn", "--no-leading-addr", "-M", "intel", object,
        ])
        let lines = text.split(separator: "\n").drop { !$0.contains("<.text>") }.dropFirst()
        return lines.map { line in
            line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        }.joined(separator: "\n") + "\n"
    }

    private func run(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command) failed")
        return String(decoding: data, as: UTF8.self)
    }

    // MARK: Hostile bodies

    @Test("the same function compiles to the same bytes")
    func isDeterministic() throws {
        for sample in Self.samples {
            #expect(try compiled(sample).code == compiled(sample).code)
        }
    }

    @Test("a function of 49,000 locals and no use for them is left to the interpreter")
    func manyLocals() throws {
        let module = try module(
            "(func (local \(String(repeating: "i64 ", count: 49_000))) nop)")
        let compiled = try SinglePassCompiler(module, CompilationOptions()).makeWorker().compile(
            function: 0)
        #expect(compiled == nil)
    }

    @Test("20,000 nested blocks compile, code in proportion")
    func deepBlocks() throws {
        let depth = 20_000
        let body =
            String(repeating: "block ", count: depth) + "br \(depth - 1) "
            + String(repeating: "end ", count: depth)
        let module = try module("(func \(body))")
        let compiled = try SinglePassCompiler(module, CompilationOptions()).makeWorker().compile(
            function: 0)
        #expect(try #require(compiled).code.count < 10_000)
    }

    @Test("a br_table of 100,000 entries takes four bytes each")
    func longTable() throws {
        let labels = String(repeating: "0 1 ", count: 50_000)
        let module = try module(
            "(func (param i32) block block local.get 0 br_table \(labels) 0 end end)")
        let compiled = try SinglePassCompiler(module, CompilationOptions()).makeWorker().compile(
            function: 0)
        let count = try #require(compiled).code.count
        #expect(count > 400_000 && count < 402_000)
    }
}
