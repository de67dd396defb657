/// Where the functions of a text are, its traps and its places in the module; each sorted by offset.
struct CodeSites: Sendable {
    /// Offsets of a function's code, or of what enters it and lies apart; and its index in the module.
    struct FunctionRange: Sendable {
        var lower: UInt32
        var upper: UInt32
        var index: UInt32
    }

    private(set) var functions: [FunctionRange] = []
    private(set) var traps: [TrapSite] = []
    private(set) var places: [CodeSite] = []
    private var inlined = InlinedCode()

    init() {}

    init(_ image: CodeImage) {
        self.init(
            image.functions, traps: image.traps, places: image.places, inlined: image.inlined)
    }

    init(
        _ functions: [CodeImage.Function], traps: [TrapSite], places: [CodeSite],
        inlined: InlinedCode
    ) {
        for function in functions {
            let (range, entry) = (function.range, function.standardEntry)
            self.functions.append(
                FunctionRange(
                    lower: range.lowerBound, upper: range.upperBound, index: function.index))
            if !range.contains(entry) {
                self.functions.append(
                    FunctionRange(lower: entry, upper: function.entryEnd, index: function.index))
            }
        }
        self.functions.sort { $0.lower < $1.lower }
        self.traps = traps
        self.places = places
        self.inlined = inlined
    }

    /// Adds a function whose code begins at `start`, behind all others.
    mutating func append(_ function: CompiledFunction, at start: UInt32) {
        functions.append(
            FunctionRange(
                lower: start, upper: start + UInt32(function.code.count), index: function.index))
        for site in function.traps {
            traps.append(
                TrapSite(offset: start + site.offset, code: site.code, width: site.width))
        }
        for site in function.places {
            places.append(CodeSite(offset: start + site.offset, wasmOffset: site.wasmOffset))
        }
    }

    /// A function of the module, and where in the module's binary it is: at its instruction, or at a
    /// call.
    struct Place: Equatable {
        var function: UInt32
        /// 0 when that is not known.
        var wasmOffset: Int
    }

    /// Where in the module an offset of the text is: in a function's code, innermost that of the
    /// function inlined there, then of whose calls those became.
    ///
    /// - Parameter limit: how many places there are at most, 1 or more.
    func places(at offset: UInt32, limit: Int) -> [Place] {
        let after = Self.partition(functions.count) { functions[$0].lower > offset }
        // Outside of functions stand parts of them, whose callers tell the same calls.
        guard after > 0, offset < functions[after - 1].upper else { return [] }
        let range = functions[after - 1]
        let next = Self.partition(places.count) { places[$0].offset > offset }
        let isKnown = next > 0 && places[next - 1].offset >= range.lower
        var wasmOffset = isKnown ? Int(places[next - 1].wasmOffset) : 0
        var result: [Place] = []
        for call in inlined.calls(at: offset, limit: limit) {
            result.append(Place(function: call.function, wasmOffset: wasmOffset))
            wasmOffset = Int(call.wasmOffset)
        }
        if result.count < limit {
            result.append(Place(function: range.index, wasmOffset: wasmOffset))
        }
        return result
    }

    /// What is known of the instruction at an offset when it traps.
    func trap(_ offset: UInt32) -> TrapSite? {
        let after = Self.partition(traps.count) { traps[$0].offset > offset }
        guard after > 0, traps[after - 1].offset == offset else { return nil }
        return traps[after - 1]
    }

    /// The first of `count` sorted positions for which a condition holds.
    static func partition(_ count: Int, _ isBehind: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
