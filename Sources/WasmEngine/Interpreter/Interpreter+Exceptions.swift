internal import Wasm

extension Interpreter {
    /// Runs one instruction of the group: throwing and catching.
    @inline(never)
    static func exceptionGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        .unreachable
    }
}
