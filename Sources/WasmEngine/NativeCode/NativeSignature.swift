internal import CPlatform
internal import Wasm

/// Where the values of a function type lie in registers and on the stack (System V ABI, AMD64
/// supplement 1.0, §3.2.3), and how they get to frame slots and back.
struct NativeSignature {
    /// One parameter or result.
    private struct Item {
        /// Word among the call's registers, among those of the stack, or of the results' area.
        var word = 0
        /// Whether it lies on the stack, or a result in the area.
        var isOutside = false
        /// First frame slot.
        var slot = 0
        /// Whether only 32 bits mean something.
        let isHalf: Bool
        let isVector: Bool
        let isInteger: Bool

        init(_ type: ValueType) {
            isHalf = type == .i32 || type == .f32
            isVector = type == .v128
            isInteger = !isVector && type != .f32 && type != .f64
        }
    }

    private var parameters: [Item] = []
    private var results: [Item] = []
    /// Words of arguments on the stack.
    private(set) var stackWords = 0
    /// Whether arguments or the first result lie in vector registers.
    private(set) var usesVectors = false
    let parameterSlots: Int
    let resultSlots: Int

    /// Slot of the frame header behind arguments or results.
    var headerSlot: Int { max(parameterSlots, resultSlots) }

    init(_ type: FunctionType) {
        parameterSlots = type.parameters.slotCount
        resultSlots = type.results.slotCount
        // The first register holds the context.
        var (integers, vectors, slot) = (1, 0, 0)
        for type in type.parameters {
            var item = Item(type)
            item.slot = slot
            slot += type.slotCount
            if item.isInteger, integers < 6 {
                item.word = integers
                integers += 1
            } else if !item.isInteger, vectors < 8 {
                item.word = Self.firstVectorWord + 2 * vectors
                vectors += 1
            } else {
                item.isOutside = true
                if item.isVector { stackWords = (stackWords + 1) & ~1 }
                item.word = stackWords
                stackWords += type.slotCount
            }
            usesVectors = usesVectors || !item.isInteger
            parameters.append(item)
        }
        slot = 0
        for (position, type) in type.results.enumerated() {
            var item = Item(type)
            item.isOutside = position > 0
            item.word =
                item.isOutside ? 2 * position : item.isInteger ? 0 : Self.firstVectorWord
            item.slot = slot
            slot += type.slotCount
            usesVectors = usesVectors || !item.isInteger
            results.append(item)
        }
    }
}

extension NativeSignature {
    /// By integer register after the context's.
    typealias PlainMasks = (UInt64, UInt64, UInt64, UInt64, UInt64)

    /// What of each argument means something, for a type whose parameters are all in integer
    /// registers, as its only result is, if it has one; nil for others.
    static func plainMasks(_ type: FunctionType) -> PlainMasks? {
        let isPlain = (type.parameters + type.results).allSatisfy { Item($0).isInteger }
        guard isPlain, type.parameters.count <= 5, type.results.count < 2 else { return nil }
        func mask(_ index: Int) -> UInt64 {
            index < type.parameters.count && type.parameters[index] == .i32 ? 0xFFFF_FFFF : .max
        }
        return (mask(0), mask(1), mask(2), mask(3), mask(4))
    }

    /// By parameter: the word of the call that holds it. Of functions without arguments on the stack.
    var parameterWords: [Int] { parameters.map(\.word) }

    /// The call's registers as words: integers from 0, vectors from ``firstVectorWord``.
    static func words(
        _ call: UnsafeMutablePointer<martlet_native_call>
    ) -> UnsafeMutablePointer<UInt64> {
        // SAFETY: the structure is 24 words: six, a pointer, a count, sixteen.
        unsafe UnsafeMutableRawPointer(call).assumingMemoryBound(to: UInt64.self)
    }

    private static let firstVectorWord = 8

    /// Moves values from slots to where they belong.
    ///
    /// - Parameter outside: the stack's words, or the area of results; as long as the items say.
    @inline(__always)
    private static func load(
        _ items: [Item], from slots: Slots, to words: UnsafeMutablePointer<UInt64>,
        _ outside: UnsafeMutablePointer<UInt64>?
    ) {
        for item in items {
            guard let base = unsafe item.isOutside ? outside : words else { continue }
            // SAFETY: words and slots were counted for this layout.
            unsafe base[item.word] = slots[item.slot]
            if item.isVector { unsafe base[item.word &+ 1] = slots[item.slot &+ 1] }
        }
    }

    /// Moves values to slots from where they are.
    @inline(__always)
    private static func store(
        _ items: [Item], to slots: Slots, from words: UnsafeMutablePointer<UInt64>,
        _ outside: UnsafeMutablePointer<UInt64>?
    ) {
        for item in items {
            guard let base = unsafe item.isOutside ? outside : words else { continue }
            // SAFETY: as above.
            let bits = unsafe base[item.word]
            slots[item.slot] = item.isHalf ? bits & 0xFFFF_FFFF : bits
            if item.isVector { slots[item.slot &+ 1] = unsafe base[item.word &+ 1] }
        }
    }

    /// Moves arguments from slots to registers and to the stack.
    func load(_ slots: Slots, into call: UnsafeMutablePointer<martlet_native_call>) {
        unsafe Self.load(parameters, from: slots, to: Self.words(call), call.pointee.stack)
    }

    /// Moves arguments of a call by machine code to slots.
    @inline(__always)
    func store(_ call: UnsafeMutablePointer<martlet_native_call>, to slots: Slots) {
        unsafe Self.store(parameters, to: slots, from: Self.words(call), call.pointee.stack)
    }

    /// Moves results that machine code left to slots.
    func storeResults(
        _ call: UnsafeMutablePointer<martlet_native_call>, _ area: UnsafeMutableRawPointer,
        to slots: Slots
    ) {
        unsafe Self.store(
            results, to: slots, from: Self.words(call),
            area.assumingMemoryBound(to: UInt64.self))
    }

    /// Moves results from slots to where machine code expects them.
    @inline(__always)
    func loadResults(
        _ slots: Slots, into call: UnsafeMutablePointer<martlet_native_call>,
        _ area: UnsafeMutableRawPointer
    ) {
        unsafe Self.load(
            results, from: slots, to: Self.words(call),
            area.assumingMemoryBound(to: UInt64.self))
    }
}
