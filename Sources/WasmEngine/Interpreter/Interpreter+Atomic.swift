internal import Wasm

extension Interpreter {
    /// Runs one instruction of the group: threads' atomics.
    @inline(never)
    static func atomicGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        .unreachable
    }
}
