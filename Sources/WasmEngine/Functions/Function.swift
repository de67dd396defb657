package import Wasm

/// A function of an instance or of the host, ready to be called.
@safe
package struct Function: Equatable {
    package let store: Store
    let record: UnsafeMutablePointer<FunctionRecord>

    init(store: Store, record: UnsafeMutablePointer<FunctionRecord>) {
        self.store = store
        unsafe self.record = record
    }

    /// Number of its type in the ``TypeRegistry``.
    package var typeNumber: UInt32 { unsafe record.pointee.typeNumber }

    /// Its type; concrete heap types in it hold registry numbers.
    package var type: FunctionType {
        TypeRegistry.shared.functionType(typeNumber) ?? FunctionType([], [])
    }

    /// A reference to it, to pass to guests of the same store.
    package var reference: Reference {
        unsafe Reference(bits: UInt64(UInt(bitPattern: record)))
    }

    package static func == (one: Function, other: Function) -> Bool {
        unsafe one.record == other.record
    }

    /// Calls it.
    ///
    /// - Throws: ``Trap`` when the guest traps, a budget ends, or the arguments do not fit the type.
    package func call(_ arguments: [Value] = []) throws(Trap) -> [Value] {
        let type = type
        guard arguments.count == type.parameters.count else {
            throw .host("expected \(type.parameters.count) arguments, found \(arguments.count)")
        }
        for (argument, parameter) in zip(arguments, type.parameters) {
            guard argument.mayBe(parameter, in: store) else {
                throw .host("argument is not a \(parameter)")
            }
        }
        return try store.call(self, type: type, arguments: arguments)
    }
}

extension Value {
    /// Whether the value may be passed as a type, which holds registry numbers. References to
    /// functions are not looked into.
    func mayBe(_ type: ValueType, in store: Store) -> Bool {
        switch self {
        case .i32: type == .i32
        case .i64: type == .i64
        case .f32: type == .f32
        case .f64: type == .f64
        case .v128: type == .v128
        case .reference(let reference):
            type.isReference && store.accepts(reference, as: type)
        }
    }
}

extension ValueType {
    /// Frame slots that a value takes.
    var slotCount: Int { self == .v128 ? 2 : 1 }
}

extension [ValueType] {
    /// Frame slots that values of these types take.
    var slotCount: Int { reduce(0) { $0 + $1.slotCount } }
}
