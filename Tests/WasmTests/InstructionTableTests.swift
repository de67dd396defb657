import Testing
import Wasm

@Suite("Instruction table")
struct InstructionTableTests {
    @Test("Row n describes the opcode with raw value n")
    func rowsFollowOpcodes() {
        #expect(InstructionTable.rows.count == Opcode.allCases.count)
        for (index, row) in InstructionTable.rows.enumerated() {
            #expect(Int(row.opcode.rawValue) == index)
        }
    }

    @Test("No two instructions share an encoding")
    func encodingsAreUnique() {
        let encodings = InstructionTable.rows.map {
            UInt32($0.space.rawValue) << 16 | UInt32($0.code)
        }
        #expect(Set(encodings).count == encodings.count)
    }

    @Test("Every instruction can be decoded: its opcode is never called illegal")
    func everyOpcodeDecodes() {
        for row in InstructionTable.rows {
            var code: [UInt8] = row.space == .core ? [] : [row.space.rawValue]
            code += row.space == .core ? [UInt8(row.code)] : ModuleBytes.leb(Int(row.code))
            let message = validationError(ModuleBytes.function(code))?.problem.message ?? ""
            #expect(!message.hasPrefix("illegal opcode"), "\(row.mnemonic)")
        }
    }

    @Test(
        "Bytes that open no instruction are malformed",
        arguments: [
            [0x16], [0x1D], [0x27], [0xC5], [0xFF], [0xFB, 0x1F], [0xFC, 0x12],
            [0xFD, 0x9A, 0x01], [0xFD, 0xA2, 0x01], [0xFE, 0x04], [0xFE, 0x4F],
            [0xFD, 0xFF, 0xFF, 0x03],
        ] as [[UInt8]])
    func illegalOpcodes(code: [UInt8]) {
        let error = validationError(ModuleBytes.function(code + [0x0B]))
        #expect(error?.isMalformed == true)
        #expect(error?.problem.message.hasPrefix("illegal opcode") == true)
    }
}
