import Foundation
import Testing
import TierOracle
import Wasm
import WasmEngine

@testable import OptimizingCompiler

/// Instructions told apart, and addresses that get shorter.
@Suite struct InstructionFormTests {
    @Test(
        "the same instructions as the toolchain's disassembler",
        arguments: [
            (1, TargetProcessor.v2), (2, .v3), (3, .v4), (4, .v4),
        ] as [(UInt64, TargetProcessor)])
    func boundaries(_ seed: UInt64, _ processor: TargetProcessor) throws {
        var random = RandomModule(
            seed: seed, functionCount: 60, extensions: RandomModule.Extension.allCases)
        let module = try ModuleValidator.validate(
            try ModuleDecoder.decode(try TextParser.assemble(random.text())))
        let bytes = try Clang().compile(
            try OptimizingCompiler.intermediateText(module), for: processor, level: .usual)
        let object = try ELFObject(bytes)
        let section = try #require(object.sections.first { $0.name == ".text" })
        let code = bytes[section.range]
        var found: [Int] = []
        var offset = 0
        while offset < code.count, let form = InstructionForm(code, at: offset) {
            found.append(offset)
            offset += form.byteCount
        }
        #expect(offset == code.count)
        let expected = try disassembled(bytes)
        #expect(expected.count > 4000)
        let other = zip(found, expected).first { $0 != $1 }?.1 ?? 0
        let bytes24 = code.dropFirst(max(other - 16, 0)).prefix(24).map { String($0, radix: 16) }
        #expect(other == 0 && found.count == expected.count, "\(bytes24)")
    }

    /// Where the instructions of an object's `.text` begin.
    private func disassembled(_ object: [UInt8]) throws -> [Int] {
        var offsets: [Int] = []
        var follows = false
        for line in try Disassembler.lines(object) {
            guard line.hasPrefix(" "), let colon = line.firstIndex(of: ":"),
                let offset = Int(line[..<colon].drop { $0 == " " }, radix: 16)
            else { continue }
            if !follows { offsets.append(offset) }
            // The prefix has a line of its own.
            follows = line.hasSuffix("\tlock")
        }
        return offsets
    }

    @Test(
        "base and index change places where the displacement of 0 can go",
        arguments: [
            // mov eax, [r13 + rsi]; mov eax, [r13 + r11]; mov eax, [rbp + rax]; mov eax, [r13 + r12]
            ("41 8b 44 35 00", "3e 42 8b 04 2e"), ("43 8b 44 1d 00", "3e 43 8b 04 2b"),
            ("8b 44 05 00", "3e 8b 04 28"), ("43 8b 44 25 00", "3e 43 8b 04 2c"),
            // mov [r13 + r14], r8w; movups xmm1, [rbp + r9]; inc dword [r13 + rax]
            ("66 47 89 44 35 00", "3e 66 47 89 04 2e"), ("42 0f 10 4c 0d 00", "3e 41 0f 10 0c 29"),
            ("41 ff 44 05 00", "3e 42 ff 04 28"),
            // vmovaps xmm0, [r13 + r11]; vmovaps xmm0, [rbp + rcx]; vmovups zmm1, [r13 + rax]
            ("c4 81 78 28 44 1d 00", "3e c4 81 78 28 04 2b"),
            ("c5 f8 28 44 0d 00", "3e c5 f8 28 04 29"),
            ("62 d1 7c 48 10 4c 05 00", "3e 62 b1 7c 48 10 0c 28"),
            // mov dword [rbp + rcx], 7: what follows the address stays.
            ("c7 44 0d 00 07 00 00 00", "3e c7 04 29 07 00 00 00"),
        ])
    func exchanges(_ before: String, _ after: String) {
        #expect(improved(before) == hex(after))
        #expect(improved(after) == hex(after))
    }

    @Test(
        "what must stay stays",
        arguments: [
            // A displacement, a scale, no index, two such registers, another base.
            "41 8b 44 35 01", "41 8b 44 75 00", "41 8b 45 00", "42 8b 44 2d 00", "8b 44 24 00",
            "8b 44 08 00",
            // A segment, a call, a jump, a gather, bytes that are no instruction.
            "65 41 8b 44 35 00", "41 ff 54 05 00", "41 ff 64 05 00", "c4 e2 61 90 4c 15 00",
            "62 f2 7d 49 90 4c 05 00", "06 41 8b 44 35 00",
        ])
    func keeps(_ code: String) { #expect(improved(code) == hex(code)) }

    private func improved(_ text: String) -> [UInt8] {
        // Something before and after, which stays.
        var bytes = [0x90] + hex(text) + [0xC3]
        AddressOrder.improve(&bytes, 0..<bytes.count)
        #expect(bytes.first == 0x90 && bytes.last == 0xC3)
        return Array(bytes.dropFirst().dropLast())
    }

    private func hex(_ text: String) -> [UInt8] {
        text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }

    @Test("bytes of any kind end the walk or go on, and every step is inside")
    func anyBytes() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<24).map { _ in UInt8.random(in: 0...255, using: &generator) }
            guard let form = InstructionForm(bytes, at: 3) else { continue }
            #expect(form.byteCount > 0 && 3 + form.byteCount <= bytes.count, "\(bytes)")
            var code = bytes
            AddressOrder.improve(&code, 0..<code.count)
            #expect(code.count == bytes.count)
        }
    }
}
