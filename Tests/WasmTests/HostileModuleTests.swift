import Testing
import Wasm

@Suite("Hostile modules")
struct HostileModuleTests {
    private typealias B = ModuleBytes

    @Test("Fifty thousand nested blocks are no deeper than any other module")
    func deepNesting() {
        for block in [[0x02, 0x40], [0x03, 0x40], [0x1F, 0x40, 0x00], [0x06, 0x40]] as [[UInt8]] {
            let open = [[UInt8]](repeating: block, count: 50_000).flatMap { $0 }
            let close = [UInt8](repeating: 0x0B, count: 50_001)
            #expect(validationError(B.function(open + close)) == nil)
            #expect(validationError(B.function(open + close.dropLast()))?.isMalformed == true)
        }
    }

    @Test("A br_table of a million labels checks each label once")
    func hugeBranchTable() {
        let table: [UInt8] =
            [0x0E] + B.leb(1_000_000) + [UInt8](repeating: 0, count: 1_000_000) + [0x00]
        #expect(validationError(B.function([i32], [], [0x20, 0] + table + [0x0B])) == nil)
    }

    @Test("A count larger than what remains is refused before anything is allocated")
    func liarCounts() {
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        for id in [
            SectionID.type, .import, .function, .table, .memory, .tag, .global, .export, .element,
            .code, .data,
        ] { #expect(validationError(B.module(B.section(id, huge))) != nil, "\(id)") }
        #expect(validationError(B.function([0x0E] + huge + [0x0B]))?.isMalformed == true)
        #expect(validationError(B.function([0x1C] + huge + [0x0B]))?.isMalformed == true)
        #expect(validationError(B.function([0x1F, 0x40] + huge + [0x0B]))?.isMalformed == true)
    }

    @Test("Locals: fifty thousand and no more, however they are declared")
    func tooManyLocals() {
        #expect(validationError(B.function(locals: [(50_000, [i32])], [0x0B])) == nil)
        for locals in [
            [(50_001, [i32])], [(30_000, [i32]), (20_001, [i64])],
            [(0xFFFF_FFFF, [i32]), (0xFFFF_FFFF, [i32])],
        ] as [[(Int, [UInt8])]] {
            #expect(
                validationError(B.function(locals: locals, [0x0B]))?.problem.message
                    == "too many locals")
        }
    }

    /// `depth` types, each the subtype of the one before it.
    private func chain(_ depth: Int) -> [UInt8] {
        let root: [UInt8] = [0x50, 0x00, 0x5F, 0x00]
        let rest = (1..<depth).map { [0x50, 0x01] + B.leb($0 - 1) + [0x5F, 0x00] }
        return B.module(B.section(.type, list: [root] + rest))
    }

    @Test("Subtypes: 63 supertypes above a type and no more")
    func subtypeDepth() {
        #expect(validationError(chain(64)) == nil)
        #expect(validationError(chain(65))?.problem.message == "sub type: subtyping too deep")
    }

    @Test("array.new_fixed of four thousand million operands ends at once")
    func hugeFixedArray() {
        let types = B.section(.type, list: [[0x5E, i32, 0x00], B.type()])
        let code: [UInt8] = [0x00, 0xFB, 0x08, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x1A, 0x0B]
        let module = B.module(
            types, B.section(.function, list: [[1]]), B.section(.code, list: [B.body(code)]))
        #expect(
            validationError(module)?.problem.message.hasPrefix("array.new_fixed is too long")
                == true)
    }

    @Test("The operand stack is bounded")
    func operandStack() {
        var limits = DecoderLimits.standard
        limits.operands = 1_000
        let push = [[UInt8]](repeating: [0x41, 0x00], count: 1_001).flatMap { $0 }
        let drop = [UInt8](repeating: 0x1A, count: 1_001)
        let module = B.function(push + drop + [0x0B])
        #expect(validationError(module) == nil)
        #expect(
            validationError(module, limits: limits)?.problem.message
                .hasPrefix("too many operands") == true)
    }

    @Test("A hundred thousand equal types cost no more than as many different ones")
    func manyTypes() {
        let equal = [[UInt8]](repeating: B.type(), count: 100_000)
        #expect(validationError(B.module(B.section(.type, list: equal))) == nil)
        let different = (0..<100_000).map { [0x60, 0x01, 0x64] + signed($0) + [0x00] }
        let recursive: [UInt8] = [0x4E] + B.leb(different.count) + different.joined()
        #expect(validationError(B.module(B.section(.type, list: [recursive]))) == nil)
    }

    /// A non-negative number as signed LEB128.
    private func signed(_ value: Int) -> [UInt8] {
        var bytes = B.leb(value)
        if (bytes.last ?? 0) & 0x40 != 0 {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(0)
        }
        return bytes
    }

    @Test("Two bytes that move a thousand values may not do so again and again")
    func wideBlocks() {
        let wide = [UInt8](repeating: i32, count: 1_000)
        func module(_ rounds: Int) -> [UInt8] {
            let loops = [[UInt8]](repeating: [0x03, 0x00, 0x0B], count: rounds).flatMap { $0 }
            let code = wide.flatMap { _ in [0x41, 0x00] } + loops + [0x0B]
            return B.module(
                B.section(.type, list: [B.type(wide, wide), B.type([], wide)]),
                B.section(.function, list: [[1]]), B.section(.code, list: [B.body(code)]))
        }
        #expect(validationError(module(50)) == nil)
        #expect(
            validationError(module(50_000))?.problem.message
                .hasPrefix("blocks, calls and branches move too many values") == true)
    }

    @Test("Limits of every kind are errors, not crashes")
    func limits() {
        var limits = DecoderLimits.standard
        limits.memories = 1
        let two = B.module(B.section(.memory, list: [[0, 1], [0, 1]]))
        #expect(validationError(two) == nil)
        #expect(validationError(two, limits: limits)?.problem.message == "multiple memories")
        limits.bodyBytes = 3
        let body = B.function([0x01, 0x01, 0x01, 0x0B])
        #expect(
            validationError(body, limits: limits)?.problem.message == "function body too large")
    }
}
