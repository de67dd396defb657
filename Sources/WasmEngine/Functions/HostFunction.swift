package import Wasm

/// A function of the host that guests can import: a type and a body.
package struct HostFunction {
    package typealias Body = (borrowing HostCall) throws(Trap) -> Void

    /// Its type; concrete heap types in it hold registry numbers.
    package var type: FunctionType
    /// What it does: reads arguments from the call's slots and leaves results there.
    package var body: Body

    package init(type: FunctionType, body: @escaping Body) {
        self.type = type
        self.body = body
    }

    package init(_ parameters: [ValueType], _ results: [ValueType], body: @escaping Body) {
        self.init(type: FunctionType(parameters, results), body: body)
    }
}

/// One call of a host function.
@safe
package struct HostCall: ~Copyable {
    /// Arguments, from slot 0; the body leaves the results there, from slot 0. An `i32` or `f32` is
    /// in the low half of its slot (write the whole slot); a `v128` takes two slots. There is room
    /// for the arguments or the results, whichever are more.
    package let slots: Slots
    /// The store outlives the call; counting references to it would take as long as the rest.
    private let owner: Unmanaged<Store>
    private let context: UnsafeMutablePointer<InstanceContext>?

    init(
        slots: Slots, store: Unmanaged<Store>, context: UnsafeMutablePointer<InstanceContext>?
    ) {
        self.slots = slots
        unsafe owner = store
        unsafe self.context = context
    }

    /// The store whose guest called, or whose host did.
    package var store: Store { unsafe owner.takeUnretainedValue() }

    /// The instance that called; nil when the host itself did.
    package var instance: Instance? {
        // SAFETY: the store keeps its instances, and the context points back at its own.
        unsafe context.map { unsafe $0.pointee.instance.takeUnretainedValue() }
    }

    /// Memory 0 of the calling instance; nil when it has none.
    package var memory: GuestMemory? {
        guard let context = unsafe context, unsafe context.pointee.memoryCount > 0 else {
            return nil
        }
        return unsafe GuestMemory(cell: context.pointee.memory0)
    }

    /// Throws when the store was interrupted or its deadline has passed; for hosts that wait.
    package func checkInterruption() throws(Trap) { try store.checkInterruption() }
}

/// A host function in a store: what code points at.
final class HostFunctionBox {
    let function: HostFunction
    let parameterSlots: Int
    let resultSlots: Int
    /// Where machine code has arguments and results.
    let signature: NativeSignature
    /// Of a function whose arguments all lie in machine code's integer registers, as its result does:
    /// the bits of those that mean something. The body finds them where they were saved.
    let plainMasks: NativeSignature.PlainMasks?

    init(_ function: HostFunction) {
        self.function = function
        parameterSlots = function.type.parameters.slotCount
        resultSlots = function.type.results.slotCount
        signature = NativeSignature(function.type)
        plainMasks = NativeSignature.plainMasks(function.type)
    }
}
