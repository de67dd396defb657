import Testing
import Wasm

@Suite("Function validator")
struct FunctionValidatorTests {
    private typealias B = ModuleBytes

    private func valid(_ bytes: [UInt8]) throws -> ValidModule {
        try ModuleValidator.validate(try ModuleDecoder.decode(bytes))
    }

    @Test("It tells opcode, offset, immediates and the operand stack at each step")
    func steps() throws {
        // local.get 0; i32.const -2; i32.add; end
        let bytes = B.function([i32], [i32], [0x20, 0x00, 0x41, 0x7E, 0x6A, 0x0B])
        let module = try valid(bytes)
        var validator = try FunctionValidator(module, functionIndex: 0)
        #expect(validator.localCount == 1 && validator.local(0) == .i32)

        #expect(try validator.next())
        #expect(validator.opcode == .localGet && validator.index0 == 0)
        #expect(bytes[validator.offset] == 0x20)
        #expect(validator.operandCount == 1 && validator.operand(at: 0) == .i32)

        #expect(try validator.next())
        #expect(validator.opcode == .i32Const && validator.value == 0xFFFF_FFFE)
        #expect(validator.operandCount == 2)

        #expect(try validator.next())
        #expect(validator.opcode == .i32Add && validator.operandCount == 1)
        #expect(validator.frameCount == 1)

        #expect(try validator.next())
        #expect(validator.opcode == .end && validator.frameCount == 0)
        #expect(Array(validator.closedFrame.results) == [.i32])
        #expect(try !validator.next())
    }

    @Test("Frames tell their label's types, heights and whether code in them is dead")
    func frames() throws {
        // i32.const 1; loop (param i32) (result i32); br 0; block; end; end; end
        let bytes = B.function(
            [i32], [i32], [0x41, 1, 0x03, 0, 0x0C, 0, 0x02, 0x40, 0x0B, 0x0B, 0x0B])
        var validator = try FunctionValidator(try valid(bytes), functionIndex: 0)
        _ = try validator.next()
        _ = try validator.next()
        #expect(validator.opcode == .loop && Array(validator.blockParameters) == [.i32])
        #expect(validator.frame(at: 0).opcode == .loop)
        #expect(Array(validator.frame(at: 0).labelTypes) == [.i32])
        #expect(validator.frame(at: 0).operandHeight == 0 && validator.operandCount == 1)
        _ = try validator.next()
        #expect(validator.opcode == .br && !validator.wasUnreachable)
        #expect(validator.frame(at: 0).isUnreachable)
        _ = try validator.next()
        #expect(validator.opcode == .block && validator.wasUnreachable)
        #expect(validator.frame(at: 0).isDead && !validator.frame(at: 0).isUnreachable)
        _ = try validator.next()
        #expect(validator.opcode == .end && validator.wasUnreachable)
        #expect(validator.closedFrame.isDead)
        _ = try validator.next()
        #expect(validator.opcode == .end && validator.wasUnreachable)
        _ = try validator.next()
        #expect(!validator.wasUnreachable && validator.frameCount == 0)
    }

    @Test("br_table gives its labels, the default last")
    func branchTable() throws {
        let bytes = B.function(
            [i32], [],
            [0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0E, 2, 0, 1, 2, 0x0B, 0x0B, 0x0B])
        var validator = try FunctionValidator(try valid(bytes), functionIndex: 0)
        repeat { _ = try validator.next() } while validator.opcode != .brTable
        #expect(validator.labels == [0, 1, 2])
    }

    @Test("A memory argument tells memory, alignment and offset; a lane stands in index1")
    func memoryArguments() throws {
        let memories = B.section(.memory, list: [[0x00, 0x01], [0x04, 0x01]])
        // i64.const 0; v128.const 0; v128.store16_lane (memory 1) offset=300 lane 5
        let code: [UInt8] =
            [0x42, 0, 0xFD, 0x0C] + [UInt8](repeating: 7, count: 16)
            + [0xFD, 0x59, 0x41, 0x01, 0xAC, 0x02, 0x05, 0x0B]
        let module = try valid(B.function([], [], before: memories, code))
        var validator = try FunctionValidator(module, functionIndex: 0)
        _ = try validator.next()
        _ = try validator.next()
        #expect(validator.value == 0x0707_0707_0707_0707 && validator.value2 == validator.value)
        _ = try validator.next()
        #expect(validator.opcode == .v128Store16Lane && validator.index0 == 1)
        #expect(validator.alignment == 1 && validator.value == 300 && validator.index1 == 5)
    }

    @Test("drop and select tell the type they took")
    func operandTypes() throws {
        // f64.const 0 ×2; i32.const 0; select; drop
        let zero: [UInt8] = [0x44, 0, 0, 0, 0, 0, 0, 0, 0]
        let bytes = B.function(zero + zero + [0x41, 0, 0x1B, 0x1A, 0x0B])
        var validator = try FunctionValidator(try valid(bytes), functionIndex: 0)
        repeat { _ = try validator.next() } while validator.opcode != .select
        #expect(validator.operandType == .f64)
        _ = try validator.next()
        #expect(validator.opcode == .drop && validator.operandType == .f64)
    }

    @Test("Locals beyond the first hundreds keep their types, run by run")
    func manyLocals() throws {
        let bytes = B.function(
            [f32], [], locals: [(200, [i64]), (300, [f64]), (1, [v128]), (400, [i32])], [0x0B])
        let validator = try FunctionValidator(try valid(bytes), functionIndex: 0)
        #expect(validator.localCount == 902)
        let expected: [(UInt32, ValueType)] = [
            (0, .f32), (1, .i64), (200, .i64), (201, .f64), (500, .f64), (501, .v128),
            (502, .i32), (901, .i32),
        ]
        for (index, type) in expected { #expect(validator.local(index) == type) }
    }

    @Test("A local that can not be null must be set first, and again after the block that set it")
    func localInitialisation() {
        let nonNull: [(Int, [UInt8])] = [(1, [0x64, 0x70])]
        let declare = B.section(.element, list: [[0x03, 0x00, 0x01, 0x00]])
        let set: [UInt8] = [0xD2, 0x00, 0x21, 0x00]
        let get: [UInt8] = [0x20, 0x00, 0x1A]
        func error(_ code: [UInt8]) -> String? {
            validationError(
                B.function([], [], locals: nonNull, before: declare, code + [0x0B]))?
                .problem.message
        }
        #expect(error(set + get) == nil)
        #expect(error(get)?.hasPrefix("uninitialized local") == true)
        #expect(error([0x02, 0x40] + set + get + [0x0B]) == nil)
        #expect(
            error([0x02, 0x40] + set + [0x0B] + get)?.hasPrefix("uninitialized local") == true)
        #expect(error(set + [0x02, 0x40] + get + [0x0B] + get) == nil)
    }

    @Test("A constant expression is read to its end")
    func constantExpressions() throws {
        // global i32 = (i32.add (i32.const 40) (i32.const 2))
        let bytes = B.module(
            B.section(.global, list: [[i32, 0, 0x41, 40, 0x41, 2, 0x6A, 0x0B]]))
        let module = try valid(bytes).module
        let expression = try #require(module.globals[0].initializer)
        var reader = ConstantExpressionReader(expression, in: module)
        var seen: [(Opcode, UInt64)] = []
        while try reader.next() { seen.append((reader.opcode, reader.value)) }
        #expect(seen.map(\.0) == [.i32Const, .i32Const, .i32Add])
        #expect(seen[0].1 == 40 && seen[1].1 == 2)
    }
}
