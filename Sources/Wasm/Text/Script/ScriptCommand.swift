/// One command of a WAST script.
///
/// Source: the specification's `interpreter/README.md`, "Scripts" (WebAssembly/spec), and the threads
/// proposal's `thread` and `wait`.
package struct ScriptCommand: Sendable {
    /// The line on which the command starts.
    package let line: Int
    package let operation: Operation

    package indirect enum Operation: Sendable {
        /// Instantiates a module, or keeps it when its role is a definition.
        case module(ScriptModule)
        /// Instantiates a kept definition, the last one unless it is named.
        case instance(name: String?, definition: String?)
        /// Makes an instance, the last one unless it is named, importable as `module`.
        case register(module: String, instance: String?)
        case action(ScriptAction)
        case assertReturn(ScriptAction, [ExpectedValue])
        case assertTrap(ScriptAction, message: String)
        case assertException(ScriptAction)
        case assertExhaustion(ScriptAction, message: String)
        /// Instantiating must trap.
        case assertModuleTrap(ScriptModule, message: String)
        case assertMalformed(ScriptModule, message: String)
        case assertInvalid(ScriptModule, message: String)
        case assertUnlinkable(ScriptModule, message: String)
        case assertMalformedCustom(ScriptModule, message: String)
        case assertInvalidCustom(ScriptModule, message: String)
        /// Runs commands in a thread of their own; the named instances are shared with it.
        case thread(name: String, shared: [String], commands: [ScriptCommand])
        /// Waits until the thread has ended.
        case wait(thread: String)
    }
}

/// Something a script asks an instance for.
package struct ScriptAction: Sendable {
    package enum Kind: Sendable {
        case invoke([ScriptValue])
        /// The value of a global.
        case get
    }

    package let kind: Kind
    /// The instance's identifier; the last instance when there is none.
    package let instance: String?
    /// The export's name.
    package let name: String
}

/// An argument that a script passes.
package enum ScriptValue: Hashable, Sendable {
    case i32(UInt32)
    case i64(UInt64)
    /// Bits.
    case f32(UInt32)
    /// Bits.
    case f64(UInt64)
    case v128(VectorBits)
    /// A null reference; the heap type is `nil` for `(ref.null)` and for a type index.
    case refNull(HeapType?)
    /// `(ref.extern n)`: an external reference that stands for the number.
    case refExtern(UInt32)
    /// `(ref.host n)`: a host reference inside the `any` hierarchy.
    case refHost(UInt32)
}
