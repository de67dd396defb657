internal import Platform
package import Wasm
package import WasmEngine

extension WASIHost {
    /// Offers the functions of WASI that `wanted` names, and no others: a small program is not to
    /// wait for a hundred that it does not use.
    package func define(in imports: inout Imports, for wanted: [Module.Import], store: Store) {
        for entry in wanted where entry.kind == .function {
            guard let function = WASIFunction.named(entry.name, in: entry.module) else { continue }
            imports[entry.module, entry.name] = .function(store.function(hostFunction(function)))
        }
    }

    /// Offers all functions, under both of WASI's module names.
    package func define(in imports: inout Imports, store: Store) {
        for (module, functions) in WASIFunction.modules {
            for function in functions {
                imports[module, function.name] =
                    .function(store.function(hostFunction(function)))
            }
        }
    }

    private func hostFunction(_ function: WASIFunction) -> HostFunction {
        let parameters: [ValueType] = function.parameters.map { $0 == .i64 ? .i64 : .i32 }
        return HostFunction(parameters, function.returnsErrno ? [.i32] : []) {
            [self] (call) throws(Trap) in
            // SAFETY: the engine gives a slot for every parameter, and the memory stays in place
            // while the guest waits for this call.
            let arguments = unsafe WASIArguments(slots: UnsafePointer(call.slots.base))
            let memory = try unsafe Self.guestMemory(of: call)
            do throws(WASIExit) {
                let errno = try function.call(self, memory, arguments)
                if function.returnsErrno { call.slots[0] = UInt64(errno.rawValue) }
            } catch {
                throw error.trap
            }
        }
    }

    /// The calling instance's memory 0; one of no bytes when it has none.
    @unsafe
    private static func guestMemory(of call: borrowing HostCall) throws(Trap) -> GuestMemory {
        guard let memory = call.memory else { return .empty }
        let bytes = unsafe try memory.bytes(at: 0, count: memory.byteCount)
        guard let base = bytes.baseAddress else { return .empty }
        return unsafe GuestMemory(base: base, byteCount: bytes.count)
    }
}

extension WASIExit {
    /// How the engine ends the guest.
    fileprivate var trap: Trap {
        switch self {
        case .processExit(let code): .exit(Int32(bitPattern: code))
        case .raised(let signal): .exit(128 + Int32(signal))
        case .interrupted(.deadline): Trap(.deadlineExceeded)
        case .interrupted(.requested): .interrupted
        case .outputLimit(let byteCount):
            Trap(.budgetExceeded("the program wrote more than \(byteCount) bytes of output"))
        }
    }
}
