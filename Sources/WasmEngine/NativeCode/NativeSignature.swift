internal import CPlatform
internal import Wasm

/// Where the values of a function type lie in registers and on the stack (System V ABI, AMD64
/// supplement 1.0, §3.2.3), and how they get to frame slots and back.
struct NativeSignature {
    /// One parameter or result.
    private struct Item {
        enum Kind {
            /// 32 bits of an integer; the upper half means nothing.
            case integer32, integer64, float32, float64, vector
        }

        var kind: Kind
        /// Whether it lies on the stack.
        var isOnStack = false
        /// Number of the register, or of the word on the stack, or of the result.
        var position = 0
        /// First frame slot.
        var slot = 0

        init(_ type: ValueType) {
            kind =
                switch type {
                case .i32: .integer32
                case .f32: .float32
                case .f64: .float64
                case .v128: .vector
                default: .integer64
                }
        }

        var isInteger: Bool { kind == .integer32 || kind == .integer64 }
        var isHalf: Bool { kind == .integer32 || kind == .float32 }
    }

    private var parameters: [Item] = []
    private var results: [Item] = []
    /// Words of arguments on the stack.
    private(set) var stackWords = 0
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
                item.position = integers
                integers += 1
            } else if !item.isInteger, vectors < 8 {
                item.position = vectors
                vectors += 1
            } else {
                item.isOnStack = true
                if item.kind == .vector { stackWords = (stackWords + 1) & ~1 }
                item.position = stackWords
                stackWords += type.slotCount
            }
            parameters.append(item)
        }
        slot = 0
        for (position, type) in type.results.enumerated() {
            var item = Item(type)
            item.position = position
            item.slot = slot
            slot += type.slotCount
            results.append(item)
        }
    }
}

extension NativeSignature {
    /// By parameter: the word of the call that holds it. Of functions without arguments on the stack.
    var parameterWords: [Int] {
        parameters.map { $0.isInteger ? $0.position : 8 + 2 * $0.position }
    }

    /// The call's registers as words: integers from 0, vectors from 8, two words each.
    private static func words(
        _ call: UnsafeMutablePointer<martlet_native_call>
    ) -> UnsafeMutablePointer<UInt64> {
        // SAFETY: the structure is 24 words: six, a pointer, a count, sixteen.
        unsafe UnsafeMutableRawPointer(call).assumingMemoryBound(to: UInt64.self)
    }

    private static func place(
        _ item: Item, _ words: UnsafeMutablePointer<UInt64>,
        _ stack: UnsafeMutablePointer<UInt64>?
    ) -> UnsafeMutablePointer<UInt64> {
        // SAFETY: positions were counted for this layout; the stack has `stackWords` words.
        if item.isOnStack, let stack = unsafe stack { return unsafe stack + item.position }
        return unsafe words + (item.isInteger ? item.position : 8 + 2 * item.position)
    }

    /// Moves arguments from slots to registers and to `stack`.
    func load(_ slots: Slots, into call: UnsafeMutablePointer<martlet_native_call>) {
        let words = unsafe Self.words(call)
        for item in parameters {
            let place = unsafe Self.place(item, words, call.pointee.stack)
            unsafe place[0] = slots[item.slot]
            if item.kind == .vector { unsafe place[1] = slots[item.slot + 1] }
        }
    }

    /// Moves arguments of a call by machine code to slots.
    func store(_ call: UnsafeMutablePointer<martlet_native_call>, to slots: Slots) {
        let words = unsafe Self.words(call)
        for item in parameters {
            let place = unsafe Self.place(item, words, call.pointee.stack)
            slots[item.slot] = unsafe item.isHalf ? place[0] & 0xFFFF_FFFF : place[0]
            if item.kind == .vector { slots[item.slot + 1] = unsafe place[1] }
        }
    }

    private static func resultPlace(
        _ item: Item, _ words: UnsafeMutablePointer<UInt64>, _ area: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<UInt64> {
        // SAFETY: the area has as many cells as a function may have results.
        if item.position > 0 {
            return unsafe (area + 16 * item.position).assumingMemoryBound(to: UInt64.self)
        }
        return unsafe words + (item.isInteger ? 0 : 8)
    }

    /// Moves results that machine code left to slots.
    func storeResults(
        _ call: UnsafeMutablePointer<martlet_native_call>, _ area: UnsafeMutableRawPointer,
        to slots: Slots
    ) {
        let words = unsafe Self.words(call)
        for item in results {
            let place = unsafe Self.resultPlace(item, words, area)
            slots[item.slot] = unsafe item.isHalf ? place[0] & 0xFFFF_FFFF : place[0]
            if item.kind == .vector { slots[item.slot + 1] = unsafe place[1] }
        }
    }

    /// Moves results from slots to where machine code expects them.
    func loadResults(
        _ slots: Slots, into call: UnsafeMutablePointer<martlet_native_call>,
        _ area: UnsafeMutableRawPointer
    ) {
        let words = unsafe Self.words(call)
        for item in results {
            let place = unsafe Self.resultPlace(item, words, area)
            unsafe place[0] = slots[item.slot]
            if item.kind == .vector { unsafe place[1] = slots[item.slot + 1] }
        }
    }
}
