/// Lays compiled functions out one behind the other and resolves the calls between them.
///
/// Functions are added in the order of their indices, whatever order they were compiled in, so the
/// result does not depend on threads.
package struct CodeImageBuilder {
    private let header: CodeImage.Header
    private let importedCount: UInt32
    private let functionCount: UInt32
    private var text: [UInt8] = []
    private var functions: [CodeImage.Function] = []
    private var traps: [TrapSite] = []
    private var places: [CodeSite] = []
    private var calls: [CodeRelocation] = []

    /// - Parameters:
    ///   - importedCount: imported functions of the module.
    ///   - functionCount: functions of the module, imports counted.
    package init(_ header: CodeImage.Header, importedCount: Int, functionCount: Int) {
        self.header = header
        self.importedCount = UInt32(importedCount)
        self.functionCount = UInt32(functionCount)
    }

    /// Makes room for the code of bodies of so many bytes: more than compilers make of most, which costs
    /// no memory until it is written to.
    package mutating func reserve(bodyByteCount: Int) {
        text.reserveCapacity(bodyByteCount * 2)
        places.reserveCapacity(bodyByteCount / 4)
    }

    /// Adds a function; its index must be above those added before.
    package mutating func add(_ function: CompiledFunction) {
        precondition(functions.last.map { $0.index < function.index } ?? true)
        align()
        let start = UInt32(text.count)
        text.append(contentsOf: function.code)
        functions.append(
            CodeImage.Function(
                index: function.index, standardEntry: start + function.standardEntry,
                fastEntry: function.fastEntry.map { start + $0 },
                range: start..<UInt32(text.count)))
        Self.append(function.calls, to: &calls) { $0.offset += start }
        Self.append(function.traps, to: &traps) { $0.offset += start }
        Self.append(function.places, to: &places) { $0.offset += start }
    }

    /// Appends elements and changes each.
    @inline(__always)
    private static func append<T>(
        _ elements: [T], to array: inout [T], _ change: (inout T) -> Void
    ) {
        let first = array.count
        array += elements
        for index in first..<array.count { change(&array[index]) }
    }

    private mutating func align() {
        // INT3: what lies between functions is never run.
        while text.count % 16 != 0 { text.append(0xCC) }
    }

    /// The finished image. The builder is empty afterwards.
    package mutating func finish(module: [UInt8] = []) -> CodeImage {
        var standard = [UInt32?](repeating: nil, count: Int(functionCount))
        var fast = standard
        for function in functions {
            standard[Int(function.index)] = function.standardEntry
            fast[Int(function.index)] = function.fastEntry
        }
        for call in take(&calls) {
            let known = call.isFast ? fast[Int(call.function)] : standard[Int(call.function)]
            let target: UInt32
            if let known {
                target = known
            } else {
                target = addStub(to: call.function, isFast: call.isFast)
                if call.isFast {
                    fast[Int(call.function)] = target
                } else {
                    standard[Int(call.function)] = target
                }
            }
            resolve(call.offset, target)
        }
        return CodeImage(
            header: header, text: take(&text), functions: take(&functions), traps: take(&traps),
            places: take(&places), module: module)
    }

    /// What an array holds, without the copy that two owners would make.
    private func take<T>(_ array: inout [T]) -> [T] {
        defer { array = [] }
        return array
    }

    private mutating func resolve(_ offset: UInt32, _ target: UInt32) {
        let distance = Int32(bitPattern: target) - Int32(bitPattern: offset) - 4
        precondition(Int(offset) + 4 <= text.count, "a call lies in the text")
        unsafe text.withUnsafeMutableBytes { bytes in
            // SAFETY: the precondition keeps the four bytes inside the text.
            unsafe bytes.storeBytes(
                of: distance.littleEndian, toByteOffset: Int(offset), as: Int32.self)
        }
    }

    /// Code that goes on to whatever the function's record says.
    private mutating func addStub(to function: UInt32, isFast: Bool) -> UInt32 {
        align()
        let start = UInt32(text.count)
        // MOV rdi, r14: the compiler's own convention keeps the context there.
        if isFast { text += [0x4C, 0x89, 0xF7] }
        // MOV r11, [rdi + functionRecords]; JMP [r11 + record's nativeCode].
        text += [0x4C, 0x8B, 0x5F, UInt8(NativeLayout.Context.functionRecords)]
        let record = Int32(bitPattern: function - importedCount) * NativeLayout.Record.stride
        let field = UInt32(bitPattern: record + NativeLayout.Record.nativeCode)
        text += [0x41, 0xFF, 0xA3]
        for byte in 0..<4 { text.append(UInt8(truncatingIfNeeded: field >> UInt32(8 * byte))) }
        return start
    }
}
