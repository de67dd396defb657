package import Diagnostics

/// The end of a guest's computation that it cannot catch: why, and where in the Wasm code.
///
/// Source: WebAssembly Core Specification 3.0, §4.4 (traps); the limits are this engine's own.
package struct Trap: Error, Equatable, Sendable, Diagnosable {
    /// Why the computation ended.
    package enum Reason: Equatable, Sendable {
        case unreachable
        case integerDivideByZero
        case integerOverflow
        case invalidConversion
        /// `width` bytes at `address` (base plus offset) do not all lie inside the memory. A width of 0 is
        /// not known, as at times in optimised code, or that of a range that is empty.
        case memoryOutOfBounds(address: UInt64, width: UInt64)
        case tableOutOfBounds
        case arrayOutOfBounds
        /// A `call_indirect` met a function of another type.
        case indirectCallTypeMismatch
        /// A `call_indirect` met a null table element; `index` is the element's.
        case uninitializedElement(index: UInt64)
        case nullReference
        case castFailure
        case stackExhausted
        case outOfFuel
        case deadlineExceeded
        case interrupted
        /// A memory, table or heap may not take that much.
        case budgetExceeded(String)
        case uncaughtException(tag: String)
        case unalignedAtomic
        /// `memory.atomic.wait` on a memory that is not shared.
        case waitOnUnsharedMemory
        /// A body that does not validate was called in a module loaded with deferred validation.
        case invalidFunction(Diagnostic)
        /// A host function failed.
        case host(String)
        /// Not a failure: the guest asked to end with this status (`proc_exit`).
        case exit(Int32)
    }

    /// One guest function that was running, innermost first.
    package struct Frame: Equatable, Sendable {
        /// Where the name is; most traps are caught by somebody who does not ask for it.
        private enum Name: Sendable {
            case known(String?)
            case module(LoadedModule)
        }

        package var functionIndex: UInt32
        /// Offset of the instruction in the module's binary.
        package var offsetBytes: Int
        private var source: Name

        package init(functionIndex: UInt32, name: String?, offsetBytes: Int) {
            self.functionIndex = functionIndex
            self.offsetBytes = offsetBytes
            source = .known(name)
        }

        init(functionIndex: UInt32, of module: LoadedModule, offsetBytes: Int) {
            self.functionIndex = functionIndex
            self.offsetBytes = offsetBytes
            source = .module(module)
        }

        /// From the name section or an export.
        package var name: String? {
            switch source {
            case .known(let name): name
            case .module(let module): module.functionName(functionIndex)
            }
        }

        package static func == (one: Frame, other: Frame) -> Bool {
            one.functionIndex == other.functionIndex && one.offsetBytes == other.offsetBytes
                && one.name == other.name
        }
    }

    package var reason: Reason
    package var backtrace: [Frame]

    package init(_ reason: Reason, backtrace: [Frame] = []) {
        self.reason = reason
        self.backtrace = backtrace
    }

    package static let unreachable = Trap(.unreachable)
    package static let stackExhausted = Trap(.stackExhausted)
    package static let nullReference = Trap(.nullReference)
    package static let tableOutOfBounds = Trap(.tableOutOfBounds)
    package static let interrupted = Trap(.interrupted)
    package static func memoryOutOfBounds(address: UInt64, width: UInt64) -> Trap {
        Trap(.memoryOutOfBounds(address: address, width: width))
    }
    package static func host(_ message: String) -> Trap { Trap(.host(message)) }
    /// Ends the guest with a status, from a host function.
    package static func exit(_ status: Int32) -> Trap { Trap(.exit(status)) }
}

extension Trap {
    /// The reason in the words of the specification's test suite, where it has words for it.
    package var message: String { reason.message }

    package var diagnostic: Diagnostic {
        Diagnostic(what: message, where: backtraceText, remedy: reason.remedy)
    }

    /// One line a frame: `  0: name (function 12) at offset 0x1a2b`.
    package var backtraceText: String {
        backtrace.enumerated().map { position, frame in
            let name = frame.name.map { $0.escapedForDisplay() + " " } ?? ""
            return "\(position): \(name)(function \(frame.functionIndex))"
                + " at offset 0x\(String(frame.offsetBytes, radix: 16))"
        }.joined(separator: "\n")
    }
}
