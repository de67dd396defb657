/// The annotations of one module that nothing has used yet.
///
/// Source: core specification 3.0, appendix "Custom Sections and Annotations"; branch hinting proposal.
struct PendingAnnotations {
    /// A hint for a conditional branch: its operation's offset in the function body and the hint.
    private struct BranchHint {
        /// The token that opened the operation.
        let open: Int
        var offset: Int?
        let contents: [UInt8]
    }

    private let source: TextSource
    /// Annotations of ``source`` by the token that follows them.
    private var byPosition: [Int: [TextAnnotation]] = [:]
    private var functionHints: [BranchHint] = []
    /// Indices of the hints whose offset is not known yet, innermost last.
    private var openHints: [Int] = []
    private var function: UInt32?
    private var hintSection: [UInt8] = []
    private var hintedFunctionCount = 0
    private var sections: [SectionOutput.Custom] = []

    init(_ source: TextSource, _ range: Range<Int>) {
        self.source = source
        guard !source.annotations.isEmpty else { return }
        for index in Self.firstIndex(source.annotations, at: range.lowerBound)... {
            guard index < source.annotations.count else { return }
            let annotation = source.annotations[index]
            if annotation.position > range.upperBound { return }
            byPosition[annotation.position, default: []].append(annotation)
        }
    }

    /// The index of the first annotation whose position is at least `position`.
    private static func firstIndex(_ annotations: [TextAnnotation], at position: Int) -> Int {
        var low = 0
        var high = annotations.count
        while low < high {
            let middle = (low + high) / 2
            if annotations[middle].position < position {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private mutating func take(
        _ kind: TextAnnotation.Kind, at position: Int
    ) -> [TextAnnotation] {
        guard !byPosition.isEmpty, let all = byPosition[position] else { return [] }
        let taken = all.filter { $0.kind == kind }
        let rest = all.filter { $0.kind != kind }
        byPosition[position] = rest.isEmpty ? nil : rest
        return taken
    }

    /// Requires that every annotation stood where it has a meaning.
    func expectNoneLeft() throws(TextError) {
        let left = byPosition.values.joined().min { $0.position < $1.position }
        guard let left else { return }
        throw source.error(
            left.kind == .branchHint
                ? "@metadata.code.branch_hint annotation: not in a function, before an instruction"
                : "misplaced @\(left.kind.rawValue) annotation", at: left.start)
    }

    // MARK: Names

    /// The text of `(@name "text")` before the token at `position`.
    mutating func takeName(at position: Int) throws(TextError) -> [UInt8]? {
        let annotations = take(.name, at: position)
        guard let annotation = annotations.first else { return nil }
        if annotations.count > 1 {
            throw source.error(
                "@name annotation: multiple module, function or other names",
                at: annotations[1].start)
        }
        var cursor = TokenCursor(source, annotation: annotation)
        let name = try cursor.name()
        guard cursor.token.kind == .end else { throw cursor.unexpected("`)`") }
        return name
    }

    // MARK: Custom sections

    /// Every section, branch hints included, in the order of the text.
    var customSections: [SectionOutput.Custom] {
        guard hintedFunctionCount > 0 else { return sections }
        var contents: [UInt8] = []
        contents.appendCount(hintedFunctionCount)
        contents += hintSection
        let name = Array(TextAnnotation.Kind.branchHint.rawValue.utf8)
        return sections + [
            SectionOutput.Custom(
                place: SectionOutput.Slot.code.rawValue, name: name, contents: contents)
        ]
    }

    /// Turns `(@custom …)` before the token at `position` into sections.
    mutating func takeCustomSections(
        at position: Int, from source: TextSource
    ) throws(TextError) {
        for annotation in take(.custom, at: position) {
            var cursor = TokenCursor(source, annotation: annotation)
            guard cursor.token.kind == .string else {
                throw source.error("@custom annotation: missing section name", at: annotation.start)
            }
            let name = try cursor.name()
            let place = try Self.place(&cursor)
            let contents = try cursor.strings()
            guard cursor.token.kind == .end else {
                throw cursor.error("@custom annotation: unexpected token; expected a string")
            }
            sections.append(SectionOutput.Custom(place: place, name: name, contents: contents))
        }
    }

    /// `(before kind)` or `(after kind)`; behind everything when there is none.
    private static func place(_ cursor: inout TokenCursor) throws(TextError) -> Int {
        let behindAll = SectionOutput.Slot.allCases.count
        guard cursor.token.kind == .leftParenthesis else { return behindAll }
        cursor.position += 1
        let isBefore = cursor.take(.before)
        guard isBefore || cursor.take(.after) else {
            throw cursor.error(
                "@custom annotation: malformed placement; expected `before` or `after`")
        }
        let place: Int
        if isBefore, cursor.token.word == .first {
            place = 0
        } else if !isBefore, cursor.token.word == .last {
            place = behindAll
        } else if let slot = slot(cursor.token.word) {
            place = slot.rawValue + (isBefore ? 0 : 1)
        } else {
            throw cursor.error("@custom annotation: malformed section kind")
        }
        cursor.position += 1
        try cursor.expectClose()
        return place
    }

    private static func slot(_ word: TextWord?) -> SectionOutput.Slot? {
        switch word {
        case .type: .type
        case .import: .import
        case .func: .function
        case .table: .table
        case .memory: .memory
        case .tag: .tag
        case .global: .global
        case .export: .export
        case .start: .start
        case .elem: .element
        case .datacount: .dataCount
        case .code: .code
        case .data: .data
        default: nil
        }
    }

    // MARK: Branch hints

    mutating func beginFunction(_ index: UInt32) { function = index }

    /// Writes the function's hints, in the order of their offsets.
    mutating func endFunction() {
        defer {
            function = nil
            functionHints.removeAll()
        }
        guard let function, !functionHints.isEmpty else { return }
        hintedFunctionCount += 1
        hintSection.appendUnsigned(function)
        hintSection.appendCount(functionHints.count)
        for hint in functionHints.sorted(by: { $0.offset ?? 0 < $1.offset ?? 0 }) {
            hintSection.appendCount(hint.offset ?? 0)
            hintSection.appendSized(hint.contents)
        }
    }

    /// Takes the hint before the instruction that starts at token `open`, if there is one.
    ///
    /// - Parameter offset: The instruction's offset in the body; `nil` when its operands come first,
    ///   and then ``setBranchHintOffset(for:_:)`` follows.
    mutating func takeBranchHint(
        at open: Int, _ opcode: Opcode, _ offset: Int?, _ source: TextSource
    ) throws(TextError) {
        guard !byPosition.isEmpty, function != nil else { return }
        let annotations = take(.branchHint, at: open)
        guard let annotation = annotations.first else { return }
        let prefix = "@metadata.code.branch_hint annotation: "
        if annotations.count > 1 {
            throw source.error(prefix + "duplicate annotation", at: annotations[1].start)
        }
        guard opcode == .if || opcode == .brIf else {
            throw source.error(
                prefix + "invalid target; only `if` and `br_if` have hints", at: annotation.start)
        }
        var cursor = TokenCursor(source, annotation: annotation)
        let contents = try cursor.strings()
        guard cursor.token.kind == .end, contents == [0] || contents == [1] else {
            throw source.error(
                prefix + "expected \"\\00\" (unlikely) or \"\\01\" (likely)", at: annotation.start)
        }
        if offset == nil { openHints.append(functionHints.count) }
        functionHints.append(BranchHint(open: open, offset: offset, contents: contents))
    }

    /// Sets the offset of the hinted instruction that was opened by token `open`.
    mutating func setBranchHintOffset(for open: Int, _ offset: Int) {
        guard let index = openHints.last, functionHints[index].open == open else { return }
        openHints.removeLast()
        functionHints[index].offset = offset
    }
}
