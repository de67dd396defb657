import Foundation
import SinglePassCompiler
import Testing

/// Every named form against the toolchain's own assembler: the same text must give the same bytes.
@Suite struct AssemblerTests {
    @Test("integer, control and atomic forms assemble as clang assembles them")
    func integerForms() throws {
        var list = FormList(hasAVX: false)
        for a in sampleRegisters {
            for b in sampleRegisters { list.registerForms(a, b) }
            for (address, text) in sampleAddresses { list.addressForms(a, address, text) }
            list.immediateForms(a)
        }
        list.controlForms()
        try list.expectSameBytesAsClang()
    }

    @Test("vector forms assemble as clang assembles them", arguments: [false, true])
    func vectorForms(hasAVX: Bool) throws {
        var list = FormList(hasAVX: hasAVX)
        for (operation, name) in binaryOperations { list.binaryForm(operation, name) }
        for (operation, name) in unaryOperations { list.unaryForm(operation, name) }
        list.vectorMoves()
        list.vectorLanes()
        try list.expectSameBytesAsClang()
    }

    @Test("an address tells the parts it was made of", arguments: Register.allCases)
    func addressParts(base: Register) {
        for displacement in [0, 1, -1, 127, -128, 128, -129, Int32.max, .min] {
            let plain = Address(base, displacement)
            #expect(plain.base == base && plain.index == nil)
            #expect(plain.displacement == displacement)
            for index in Register.allCases where index != .rsp {
                for scale in [Address.Scale.one, .two, .four, .eight] {
                    let address = Address(base, displacement, index: index, scale: scale)
                    #expect(address.base == base && address.index == index)
                    #expect(address.displacement == displacement && address != plain)
                }
            }
        }
    }

    @Test("a jump reaches its label, forwards and backwards")
    func labels() {
        var assembler = Assembler()
        let start = assembler.makeLabel()
        let end = assembler.makeLabel()
        assembler.bind(start)
        assembler.jump(if: .equal, to: end)
        assembler.jump(to: start)
        assembler.bind(end)
        assembler.resolveLabels()
        #expect(
            assembler.code.bytes == [0x0F, 0x84, 5, 0, 0, 0, 0xE9, 0xF5, 0xFF, 0xFF, 0xFF])
    }

    @Test("a buffer grows without losing what was written")
    func growth() {
        var buffer = CodeBuffer(capacity: 1)
        buffer.append((0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
        #expect(buffer.count == 10_000)
        #expect(buffer.bytes[9_999] == UInt8(truncatingIfNeeded: 9_999))
    }
}
