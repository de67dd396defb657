internal import Platform
internal import Wasm
package import WasmEngine

extension WASIHost {
    /// Offers the functions of WASI that a module imports, and no others.
    ///
    /// The functions hold the host and run on whichever thread runs the store.
    package func define(in imports: inout Imports, for module: LoadedModule, store: Store) {
        for wanted in module.module.imports where wanted.kind == .function {
            guard let function = WASIFunction.named(wanted.name, in: wanted.module) else {
                continue
            }
            imports[wanted.module, wanted.name] = .function(
                store.function(hostFunction(function)))
        }
    }

    private func hostFunction(_ function: WASIFunction) -> HostFunction {
        let parameters: [ValueType] = function.parameters.map { $0 == .i32 ? .i32 : .i64 }
        return HostFunction(parameters, function.returnsErrno ? [.i32] : []) {
            [self] (call) throws(Trap) in
            // SAFETY: the slots hold the arguments that the type above declares, and room for the
            // result; the memory stays where it is until the guest runs again.
            let arguments = unsafe WASIArguments(slots: call.slots.base)
            let memory = try Self.view(call.memory)
            do throws(WASIExit) {
                let errno = try function.call(self, memory, arguments)
                if function.returnsErrno { call.slots[0] = UInt64(errno.rawValue) }
            } catch {
                throw Trap(error)
            }
        }
    }

    /// All of the calling instance's memory; none is as good as one of no bytes.
    private static func view(_ memory: WasmEngine.GuestMemory?) throws(Trap) -> GuestMemory {
        guard let memory, memory.byteCount > 0 else { return .empty }
        // SAFETY: the engine's view vouches for these bytes until the guest runs again.
        let bytes = unsafe try memory.bytes(at: 0, count: memory.byteCount)
        guard let base = bytes.baseAddress else { return .empty }
        return unsafe GuestMemory(base: base, byteCount: bytes.count)
    }
}

extension Trap {
    /// The end of a guest that ended in WASI.
    init(_ exit: WASIExit) {
        switch exit {
        case .processExit(let code): self = .exit(Int32(bitPattern: code))
        // What a shell shows for a process that a signal ended.
        case .raised(let signal): self = .exit(128 + Int32(signal))
        case .interrupted(.requested): self.init(.interrupted)
        case .interrupted(.deadline): self.init(.deadlineExceeded)
        case .outputLimit(let byteCount):
            self.init(.budgetExceeded("output of more than \(byteCount) bytes"))
        }
    }
}
