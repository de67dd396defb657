/// Which functions have code inside that of others: what a compiler put there instead of calls.
package struct InlinedCode: Hashable, Sendable {
    /// A call that became the code of the function called.
    package struct Call: Hashable, Sendable, BitwiseCopyable {
        /// Index in the module of the function called.
        package var function: UInt32
        /// Where the call is in the module's binary, as ``CodeSite/wasmOffset``; 0 when that is not
        /// known.
        package var wasmOffset: UInt32
        /// The call whose code this one lies in, always an earlier one; ``none`` when it lies in the
        /// code of a function by itself.
        package var outer: UInt32

        package init(function: UInt32, wasmOffset: UInt32, outer: UInt32) {
            self.function = function
            self.wasmOffset = wasmOffset
            self.outer = outer
        }
    }

    /// From an offset in code on, up to the next row: which call's code that is.
    package struct Row: Hashable, Sendable, BitwiseCopyable {
        package var offset: UInt32
        /// Position among the calls; ``none`` for what belongs to the function itself.
        package var call: UInt32

        package init(offset: UInt32, call: UInt32) {
            self.offset = offset
            self.call = call
        }
    }

    package static let none = UInt32.max

    package var calls: [Call] = []
    /// Sorted by offset.
    package var rows: [Row] = []

    package init(calls: [Call] = [], rows: [Row] = []) {
        self.calls = calls
        self.rows = rows
    }

    /// The calls whose code an offset lies in, innermost first, at most `limit`.
    func calls(at offset: UInt32, limit: Int) -> [Call] {
        let after = CodeSites.partition(rows.count) { rows[$0].offset > offset }
        var result: [Call] = []
        var position = after > 0 ? rows[after - 1].call : Self.none
        while position != Self.none, result.count < limit {
            result.append(calls[Int(position)])
            position = calls[Int(position)].outer
        }
        return result
    }
}
