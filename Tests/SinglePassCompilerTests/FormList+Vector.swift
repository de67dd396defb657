import SinglePassCompiler

/// Destination, first and second source; the second stays below 8 so that clang has no reason to
/// exchange the sources of a commutative instruction for a shorter prefix.
private let triples: [(VectorRegister, VectorRegister, VectorRegister)] = [
    (.xmm1, .xmm1, .xmm2), (.xmm9, .xmm9, .xmm3), (.xmm0, .xmm5, .xmm7), (.xmm8, .xmm15, .xmm4),
]

extension FormList {
    /// `name target, first, second`, or the pair of legacy instructions that means the same.
    private mutating func three(
        _ name: String, _ t: VectorRegister, _ a: VectorRegister, _ rest: String,
        _ emit: (inout Assembler) -> Void
    ) {
        if assembler.hasAVX {
            add("v\(name) \(t), \(a), \(rest)", emit)
        } else {
            let copy = t == a ? "" : "movaps \(t), \(a)\n"
            add("\(copy)\(name) \(t), \(rest)", emit)
        }
    }

    private var v: String { assembler.hasAVX ? "v" : "" }

    mutating func binaryForm(_ operation: VectorOperation, _ name: String) {
        for (t, a, b) in triples {
            three(name, t, a, "\(b)") { $0.vector(operation, t, a, b) }
        }
        for (address, place) in sampleAddresses {
            three(name, .xmm9, .xmm9, place) { $0.vector(operation, .xmm9, .xmm9, address) }
        }
    }

    mutating func unaryForm(_ operation: UnaryVectorOperation, _ name: String) {
        for (t, a, b) in triples {
            add("\(v)\(name) \(t), \(b)") { $0.vector(operation, t, b) }
            add("\(v)\(name) \(b), \(a)") { $0.vector(operation, b, a) }
        }
    }

    mutating func vectorMoves() {
        for (t, a, b) in triples {
            add("\(v)movaps \(t), \(b)") { $0.move(t, from: b) }
            for width in [Width.bits32, .bits64] {
                let scalar = width == .bits32 ? "ss" : "sd"
                let packed = width == .bits32 ? "ps" : "pd"
                let move = width == .bits32 ? "movd" : "movq"
                add("\(v)\(move) \(t), \(Register.r9.name(width))") {
                    $0.move(t, from: .r9, width)
                }
                add("\(v)\(move) \(Register.rdx.name(width)), \(a)") {
                    $0.move(.rdx, from: a, width)
                }
                add("\(v)ucomis\(scalar.suffix(1)) \(t), \(b)") { $0.compare(t, b, width) }
                add("\(v)movmsk\(packed) eax, \(a)") { $0.laneMask(.rax, a, width) }
                add("\(v)round\(packed) \(t), \(b), 9") { $0.roundLanes(t, b, .floor, width) }
                let again = assembler.hasAVX ? ", \(b)" : ""
                add("\(v)sqrt\(scalar) \(t), \(b)\(again)") { $0.squareRoot(t, b, width) }
                add("\(v)round\(scalar) \(t), \(b)\(again), 11") {
                    $0.round(t, b, .truncate, width)
                }
                let convert = width == .bits32 ? "cvtss2sd" : "cvtsd2ss"
                add("\(v)\(convert) \(t), \(b)\(again)") { $0.convertFloat(t, from: b, width) }
                three("cmp\(packed)", t, a, "\(b), 1") { $0.compareLanes(.less, t, a, b, width) }
                three("cmp\(scalar)", t, a, "\(b), 3") {
                    $0.compareScalars(.unordered, t, a, b, width)
                }
                for integer in [Width.bits32, .bits64] {
                    let r = Register.r10.name(integer)
                    let same = assembler.hasAVX ? "\(t), " : ""
                    add("\(v)cvtsi2\(scalar) \(t), \(same)\(r)") {
                        $0.convertToFloat(t, from: .r10, integer, to: width)
                    }
                    add("\(v)cvtt\(scalar)2si \(r), \(b)") {
                        $0.convertToInteger(.r10, from: b, width, to: integer)
                    }
                }
            }
            for (address, place) in sampleAddresses {
                add("\(v)movss \(t), dword ptr \(place)") { $0.load(t, address, .bits32) }
                add("\(v)movsd \(t), qword ptr \(place)") { $0.load(t, address, .bits64) }
                add("\(v)movss dword ptr \(place), \(t)") { $0.store(address, t, .bits32) }
                add("\(v)movsd qword ptr \(place), \(t)") { $0.store(address, t, .bits64) }
                add("\(v)movups \(t), \(place)") { $0.loadVector(t, address) }
                add("\(v)movups \(place), \(t)") { $0.storeVector(address, t) }
            }
        }
    }

    mutating func vectorLanes() {
        for (t, a, b) in triples {
            add("\(v)pshufd \(t), \(b), 27") { $0.shuffleDoublewords(t, b, order: 27) }
            add("\(v)pshuflw \(t), \(b), 27") { $0.shuffleLowWords(t, b, order: 27) }
            three("shufps", t, a, "\(b), 4") { $0.shuffleSingles(t, a, b, order: 4) }
            three("palignr", t, a, "\(b), 4") { $0.alignRight(t, a, b, by: 4) }
            three("insertps", t, a, "\(b), 16") { $0.insertSingle(t, a, b, control: 16) }
            add("\(v)pmovmskb ecx, \(a)") { $0.byteMask(.rcx, a) }
            add("\(v)ptest \(t), \(b)") { $0.testVectors(t, b) }
            for (width, letter, lane) in [
                (Width.bits8, "b", UInt8(9)), (.bits16, "w", 5), (.bits32, "d", 3),
                (.bits64, "q", 1),
            ] {
                let r = Register.r11.name(width == .bits64 ? .bits64 : .bits32)
                three("pinsr\(letter)", t, a, "\(r), \(lane)") {
                    $0.insertLane(t, a, .r11, lane: lane, width)
                }
                if width != .bits16 {
                    add("\(v)pextr\(letter) \(r), \(a), \(lane)") {
                        $0.extractLane(.r11, a, lane: lane, width)
                    }
                }
                for (address, place) in sampleAddresses {
                    let typed = "\(width.pointer) \(place)"
                    add("\(v)pextr\(letter) \(typed), \(a), \(lane)") {
                        $0.storeLane(address, a, lane: lane, width)
                    }
                    three("pinsr\(letter)", t, t, "\(typed), \(lane)") {
                        $0.insertLane(t, t, address, lane: lane, width)
                    }
                }
            }
            for (width, letter) in [(Width.bits16, "w"), (.bits32, "d"), (.bits64, "q")] {
                for (shift, name) in [
                    (Assembler.LaneShift.right, "psrl"), (.left, "psll"),
                    (.arithmeticRight, "psra"),
                ] where width != .bits64 || shift != .arithmeticRight {
                    three(name + letter, t, t, "5") { $0.shiftLanes(shift, t, t, by: 5, width) }
                }
            }
        }
    }
}
