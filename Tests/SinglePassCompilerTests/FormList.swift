import Foundation
import SinglePassCompiler
import Testing

let sampleRegisters: [Register] = [.rax, .rcx, .rsp, .rbp, .rsi, .r8, .r12, .r13, .r15]

let sampleAddresses: [(Address, String)] = [
    (Address(.rax), "[rax]"),
    (Address(.rbp), "[rbp]"),
    (Address(.rsp, 8), "[rsp + 8]"),
    (Address(.r12, -128), "[r12 - 128]"),
    (Address(.r13), "[r13]"),
    (Address(.rdi, 0x1234), "[rdi + 0x1234]"),
    (Address(.rbx, 16, index: .r9, scale: .eight), "[rbx + r9*8 + 16]"),
    (Address(.r13, 0, index: .rax, scale: .two), "[r13 + rax*2]"),
    (Address(.r14, -0x5000, index: .r15, scale: .four), "[r14 + r15*4 - 0x5000]"),
]

extension Register {
    func name(_ width: Width) -> String {
        let low = ["a", "c", "d", "b", "sp", "bp", "si", "di"]
        let number = Int(rawValue)
        if number >= 8 {
            switch width {
            case .bits8: return "r\(number)b"
            case .bits16: return "r\(number)w"
            case .bits32: return "r\(number)d"
            case .bits64: return "r\(number)"
            }
        }
        let stem = low[number]
        let isShort = number < 4
        switch width {
        case .bits8: return stem + "l"
        case .bits16: return isShort ? stem + "x" : stem
        case .bits32: return "e" + stem + (isShort ? "x" : "")
        case .bits64: return "r" + stem + (isShort ? "x" : "")
        }
    }
}

extension Width {
    var pointer: String {
        switch self {
        case .bits8: "byte ptr"
        case .bits16: "word ptr"
        case .bits32: "dword ptr"
        case .bits64: "qword ptr"
        }
    }
}

/// Instructions written by our assembler, each beside its text in Intel syntax.
struct FormList: ~Copyable {
    var assembler: Assembler
    var texts: [(text: String, end: Int)] = []

    init(hasAVX: Bool) { assembler = Assembler(hasAVX: hasAVX) }

    mutating func add(_ text: String, _ emit: (inout Assembler) -> Void) {
        emit(&assembler)
        texts.append((text, assembler.offset))
    }

    mutating func expectSameBytesAsClang() throws {
        let theirs = try Self.assemble(texts.map(\.text))
        let ours = assembler.code.bytes
        var start = 0
        for (text, end) in texts {
            let expected = theirs.dropFirst(start).prefix(end - start)
            guard Array(expected) == Array(ours[start..<end]) else {
                Issue.record(
                    "\(text): ours \(hex(ours[start..<end])), clang's begins \(hex(expected))")
                return
            }
            start = end
        }
        #expect(theirs.count == ours.count)
    }

    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0, radix: 16) }.joined(separator: " ")
    }

    /// The bytes the toolchain's clang makes of `lines`.
    static func assemble(_ lines: [String]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "martlet-assembler-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appending(path: "forms.s")
        try (".intel_syntax noprefix\n.text\n" + lines.joined(separator: "\n") + "\n")
            .write(to: source, atomically: true, encoding: .utf8)
        let object = folder.appending(path: "forms.o").path(percentEncoded: false)
        let binary = folder.appending(path: "forms.bin").path(percentEncoded: false)
        try run(["clang", "-c", source.path(percentEncoded: false), "-o", object])
        try run(["llvm-objcopy", "-O", "binary", "-j", ".text", object, binary])
        return Array(try Data(contentsOf: URL(filePath: binary)))
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command) failed")
    }
}

extension FormList {
    mutating func registerForms(_ a: Register, _ b: Register) {
        for width in [Width.bits32, .bits64] {
            let (x, y) = (a.name(width), b.name(width))
            add("mov \(x), \(y)") { $0.move(a, from: b, width) }
            for (operation, name) in arithmeticNames {
                add("\(name) \(x), \(y)") { $0.arithmetic(operation, a, b, width) }
            }
            add("test \(x), \(y)") { $0.test(a, b, width) }
            add("imul \(x), \(y)") { $0.multiply(a, b, width) }
            add("imul \(x), \(y), 7") { $0.multiply(a, b, immediate: 7, width) }
            add("imul \(x), \(y), 70000") { $0.multiply(a, b, immediate: 70000, width) }
            add("cmovl \(x), \(y)") { $0.moveIf(.less, a, from: b, width) }
            add("bsr \(x), \(y)") { $0.bitScanReverse(a, b, width) }
            add("bsf \(x), \(y)") { $0.bitScanForward(a, b, width) }
            add("lzcnt \(x), \(y)") { $0.countLeadingZeros(a, b, width) }
            add("tzcnt \(x), \(y)") { $0.countTrailingZeros(a, b, width) }
            add("popcnt \(x), \(y)") { $0.countOnes(a, b, width) }
            for narrow in [Width.bits8, .bits16] {
                add("movsx \(x), \(b.name(narrow))") {
                    $0.signExtend(a, from: b, narrow, to: width)
                }
            }
        }
        let (x, y) = (a.name(.bits32), b.name(.bits32))
        add("movzx \(x), \(b.name(.bits8))") { $0.zeroExtend(a, from: b, .bits8) }
        add("movzx \(x), \(b.name(.bits16))") { $0.zeroExtend(a, from: b, .bits16) }
        add("mov \(x), \(y)") { $0.zeroExtend(a, from: b, .bits32) }
        add("movsxd \(a.name(.bits64)), \(y)") {
            $0.signExtend(a, from: b, .bits32, to: .bits64)
        }
    }

    mutating func addressForms(_ a: Register, _ address: Address, _ place: String) {
        for width in [Width.bits32, .bits64] {
            let x = a.name(width)
            let typed = "\(width.pointer) \(place)"
            add("mov \(x), \(typed)") { $0.load(a, address, width) }
            add("lea \(x), \(place)") { $0.loadAddress(a, address, width) }
            for (operation, name) in arithmeticNames {
                add("\(name) \(x), \(typed)") { $0.arithmetic(operation, a, address, width) }
                add("\(name) \(typed), \(x)") { $0.arithmetic(operation, address, a, width) }
                add("\(name) \(typed), 5") {
                    $0.arithmetic(operation, address, immediate: 5, width)
                }
                add("\(name) \(typed), 5000") {
                    $0.arithmetic(operation, address, immediate: 5000, width)
                }
            }
            for narrow in [Width.bits8, .bits16] {
                add("movsx \(x), \(narrow.pointer) \(place)") {
                    $0.loadSigned(a, address, narrow, to: width)
                }
            }
        }
        add("movsxd \(a.name(.bits64)), dword ptr \(place)") {
            $0.loadSigned(a, address, .bits32, to: .bits64)
        }
        for width in [Width.bits8, .bits16] {
            add("movzx \(a.name(.bits32)), \(width.pointer) \(place)") {
                $0.load(a, address, width)
            }
        }
        for width in [Width.bits8, .bits16, .bits32, .bits64] {
            let typed = "\(width.pointer) \(place)"
            let x = a.name(width)
            add("mov \(typed), \(x)") { $0.store(address, a, width) }
            add("mov \(typed), 100") { $0.store(address, immediate: 100, width) }
            add("xchg \(typed), \(x)") { $0.atomicExchange(address, a, width) }
            add("lock xadd \(typed), \(x)") { $0.atomicAdd(address, a, width) }
            add("lock cmpxchg \(typed), \(x)") { $0.atomicCompareExchange(address, a, width) }
        }
    }

    mutating func immediateForms(_ a: Register) {
        for width in [Width.bits32, .bits64] {
            let x = a.name(width)
            for (operation, name) in arithmeticNames {
                add("\(name) \(x), -5") { $0.arithmetic(operation, a, immediate: -5, width) }
                add("\(name) \(x), 5000") { $0.arithmetic(operation, a, immediate: 5000, width) }
            }
            add("test \(x), 5000") { $0.test(a, immediate: 5000, width) }
            for (operation, name) in shiftNames {
                add("\(name) \(x), cl") { $0.shiftByCL(operation, a, width) }
                add("\(name) \(x)") { $0.shift(operation, a, by: 1, width) }
                add("\(name) \(x), 9") { $0.shift(operation, a, by: 9, width) }
            }
            add("neg \(x)") { $0.negate(a, width) }
            add("not \(x)") { $0.complement(a, width) }
            add("mul \(x)") { $0.multiplyWide(a, width) }
            add("div \(x)") { $0.divideUnsigned(a, width) }
            add("idiv \(x)") { $0.divideSigned(a, width) }
            add("bswap \(x)") { $0.swapBytes(a, width) }
        }
        let (narrow, wide) = (a.name(.bits32), a.name(.bits64))
        add("xor \(narrow), \(narrow)") { $0.move(a, immediate: 0) }
        add("mov \(narrow), 0") { $0.moveKeepingFlags(a, immediate: 0) }
        add("mov \(narrow), 0xFFFFFFFF") { $0.move(a, immediate: 0xFFFF_FFFF) }
        add("mov \(wide), -2") { $0.move(a, immediate: -2) }
        add("movabs \(wide), 0x123456789ABCDEF") { $0.move(a, immediate: 0x123_4567_89AB_CDEF) }
        for (condition, name) in conditionNames {
            add("set\(name) \(a.name(.bits8))") { $0.set(a, if: condition) }
        }
        add("push \(wide)") { $0.push(a) }
        add("pop \(wide)") { $0.pop(a) }
        add("jmp \(wide)") { $0.jump(to: a) }
        add("call \(wide)") { $0.call(a) }
    }

    mutating func controlForms() {
        for (address, place) in sampleAddresses {
            add("jmp qword ptr \(place)") { $0.jump(to: address) }
            add("call qword ptr \(place)") { $0.call(address) }
        }
        add("xchg rcx, rdx") { $0.exchange(.rcx, .rdx) }
        add("cdq") { $0.signExtendAccumulator(.bits32) }
        add("cqo") { $0.signExtendAccumulator(.bits64) }
        add("ret") { $0.returnToCaller() }
        add("ud2") { $0.undefinedInstruction() }
        add("int3") { $0.breakpoint() }
        add("mfence") { $0.fence() }
    }
}

private let arithmeticNames: [(ArithmeticOperation, String)] = [
    (.add, "add"), (.or, "or"), (.adc, "adc"), (.sbb, "sbb"),
    (.and, "and"), (.sub, "sub"), (.xor, "xor"), (.cmp, "cmp"),
]

private let shiftNames: [(ShiftOperation, String)] = [
    (.rol, "rol"), (.ror, "ror"), (.shl, "shl"), (.shr, "shr"), (.sar, "sar"),
]

private let conditionNames: [(Condition, String)] = [
    (.overflow, "o"), (.noOverflow, "no"), (.below, "b"), (.aboveOrEqual, "ae"), (.equal, "e"),
    (.notEqual, "ne"), (.belowOrEqual, "be"), (.above, "a"), (.sign, "s"), (.noSign, "ns"),
    (.parity, "p"), (.noParity, "np"), (.less, "l"), (.greaterOrEqual, "ge"),
    (.lessOrEqual, "le"), (.greater, "g"),
]
