internal import Wasm

extension Interpreter {
    /// Runs one instruction of the group: structures, arrays, casts.
    @inline(never)
    static func gcGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        .unreachable
    }
}
