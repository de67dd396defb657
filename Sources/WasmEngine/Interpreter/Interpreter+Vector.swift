internal import Wasm

extension Interpreter {
    /// Runs one instruction of the group: SIMD and relaxed SIMD.
    @inline(never)
    static func vectorGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        .unreachable
    }
}
