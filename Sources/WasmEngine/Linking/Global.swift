package import Wasm

/// A global variable (core specification 3.0, §4.2.9).
@safe
package final class Global {
    /// Its type; concrete heap types in it hold registry numbers.
    package let type: GlobalType
    /// Its 16 bytes, in the context of the instance that defines it, or its own.
    let slots: Slots
    /// Whether its value may refer to an object of the heap.
    let holdsObject: Bool
    private let isOwner: Bool

    /// A global of the host.
    package init(_ type: GlobalType, value: Value) {
        self.type = type
        holdsObject = TypeRegistry.shared.refersToObjects(type.value)
        let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
        unsafe memory.initialize(repeating: 0, count: 2)
        slots = unsafe Slots(memory)
        isOwner = true
        value.write(to: slots)
    }

    /// A global that lies in an instance's context, which the store keeps.
    init(_ type: GlobalType, at slots: Slots) {
        self.type = type
        holdsObject = TypeRegistry.shared.refersToObjects(type.value)
        self.slots = slots
        isOwner = false
    }

    deinit {
        if isOwner { unsafe slots.base.deallocate() }
    }

    /// Its value. Setting does not look at mutability: that binds guests.
    package var value: Value {
        get { Value(type.value, at: slots) }
        set { newValue.write(to: slots) }
    }
}
