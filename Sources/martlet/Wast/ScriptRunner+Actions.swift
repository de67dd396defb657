import Diagnostics
import Wasm
import WasmEngine

extension ScriptRunner {
    /// A result and its type.
    private struct Result {
        let type: ValueType
        let value: Value
    }

    private enum Outcome {
        case results([Result])
        case trap(Trap)
    }

    // MARK: Assertions

    /// Runs an action that must not trap; with `expected`, its results are checked.
    mutating func expectValues(
        _ action: ScriptAction, _ expected: [ExpectedValue]?
    ) throws(ScriptFailure) {
        switch try perform(action) {
        case .trap(let trap): throw ScriptFailure("\(name(action)) traps: \(trap.message)")
        case .results(let results):
            guard let expected else { return }
            guard results.count == expected.count else {
                throw ScriptFailure(
                    "\(name(action)) has \(results.count) results; expected \(expected.count)")
            }
            for (result, wanted) in zip(results, expected) where !matches(result, wanted) {
                throw ScriptFailure(
                    "\(name(action)) returns \(result.value); expected \(wanted)")
            }
        }
    }

    mutating func expectTrap(
        _ action: ScriptAction, _ message: String
    ) throws(ScriptFailure) {
        switch try perform(action) {
        case .trap(let trap) where TrapWords.match(trap, message): return
        case .trap(let trap):
            throw ScriptFailure(
                "\(name(action)) traps otherwise: \(trap.message); expected \(message)")
        case .results(let results):
            throw ScriptFailure(
                "\(name(action)) returns \(results.map(\.value)); expected trap: \(message)")
        }
    }

    mutating func expectException(_ action: ScriptAction) throws(ScriptFailure) {
        switch try perform(action) {
        case .trap(let trap):
            if case .uncaughtException = trap.reason { return }
            throw ScriptFailure("\(name(action)) traps: \(trap.message); expected an exception")
        case .results:
            throw ScriptFailure("\(name(action)) returns; expected an exception")
        }
    }

    private func name(_ action: ScriptAction) -> String {
        "`\(action.name.escapedForDisplay(limit: 60))`"
    }

    // MARK: Actions

    private mutating func perform(_ action: ScriptAction) throws(ScriptFailure) -> Outcome {
        let export = try instance(action.instance).export(action.name)
        switch (action.kind, export) {
        case (.get, .global(let global)):
            return .results([Result(type: global.type.value, value: global.value)])
        case (.invoke(let arguments), .function(let function)):
            let types = function.type.results
            let values = arguments.map { value($0) }
            do throws(Trap) {
                let results = try function.call(values)
                return .results(zip(types, results).map { Result(type: $0, value: $1) })
            } catch {
                return .trap(error)
            }
        default: throw ScriptFailure("\(name(action)) is no export of that kind")
        }
    }

    private mutating func value(_ value: ScriptValue) -> Value {
        switch value {
        case .i32(let bits): .i32(bits)
        case .i64(let bits): .i64(bits)
        case .f32(let bits): .f32(bits)
        case .f64(let bits): .f64(bits)
        case .v128(let vector): .v128(V128(low: vector.low, high: vector.high))
        case .refNull: .reference(.null)
        case .refExtern(let number), .refHost(let number): .reference(hostReference(number))
        }
    }

    private mutating func hostReference(_ number: UInt32) -> Reference {
        if let reference = hostReferences[number] { return reference }
        let reference = store.externReference(to: number)
        hostReferences[number] = reference
        return reference
    }

    // MARK: Matching

    private func matches(_ result: Result, _ expected: ExpectedValue) -> Bool {
        switch result.value {
        case .i32(let bits), .f32(let bits): expected.matches(result.type, UInt64(bits))
        case .i64(let bits), .f64(let bits): expected.matches(result.type, bits)
        case .v128(let vector):
            expected.matches(VectorBits(low: vector.low, high: vector.high))
        case .reference(let reference): matches(reference, result.type, expected)
        }
    }

    private func matches(
        _ reference: Reference, _ type: ValueType, _ expected: ExpectedValue
    ) -> Bool {
        switch expected {
        case .refNull: reference.isNull
        case .refExtern(let number), .refHost(let number):
            number.map { store.hostValue(of: reference) as? UInt32 == $0 } ?? !reference.isNull
        case .reference(let kind): !reference.isNull && isKind(reference, type, kind)
        case .either(let choices): choices.contains { matches(reference, type, $0) }
        case .i32, .i64, .f32, .f64, .v128: false
        }
    }

    /// Whether a reference that is not null is of a kind.
    private func isKind(_ reference: Reference, _ type: ValueType, _ kind: HeapType) -> Bool {
        switch kind {
        case .func: isFunction(type)
        case .extern: type.heapType == .extern
        case .exn: type.heapType == .exn
        case .i31, .struct, .array:
            !isFunction(type) && store.kind(of: reference) == kind
        case .eq:
            !isFunction(type) && [.i31, .struct, .array].contains(store.kind(of: reference))
        default: !isFunction(type)
        }
    }

    private func isFunction(_ type: ValueType) -> Bool {
        guard let number = type.heapType.typeIndex else { return type.heapType == .func }
        return TypeRegistry.shared.functionType(number) != nil
    }
}
