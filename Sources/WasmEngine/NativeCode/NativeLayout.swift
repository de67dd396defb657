package import Wasm

/// Where machine code finds the engine's state: offsets in bytes, and numbers of the helpers.
///
/// Documentation/Formats/CodeImage.md, "Engine interface". A change of anything here is a new
/// ``abiVersion``.
package enum NativeLayout {
    /// Version of everything that code and engine must agree on.
    package static let abiVersion: UInt32 = 5

    /// In ``InstanceContext``.
    package enum Context {
        package static let memory0: Int32 = 0
        package static let state: Int32 = 8
        package static let memories: Int32 = 16
        package static let tables: Int32 = 24
        package static let globals: Int32 = 32
        package static let importedFunctions: Int32 = 40
        package static let functionRecords: Int32 = 48
        package static let typeNumbers: Int32 = 56
        package static let memory0Base: Int32 = 80
        package static let runtime: Int32 = 88
        package static let trap: Int32 = 96
        package static let ownGlobals: Int32 = 128
    }

    /// In ``ExecutionState``.
    package enum State {
        package static let fuel: Int32 = 16
        package static let trapAddress: Int32 = 24
        package static let trapWidth: Int32 = 32
        package static let exception: Int32 = 64
        package static let heap: Int32 = 88
        package static let nativeStackLimit: Int32 = 96
        package static let results: Int32 = 104
        package static let callStack: Int32 = 112
        package static let callFrame: Int32 = 120
    }

    /// In ``FunctionRecord``.
    package enum Record {
        package static let context: Int32 = 8
        package static let typeNumber: Int32 = 16
        package static let nativeCode: Int32 = 32
        package static let fastCode: Int32 = 40
        package static let fastContext: Int32 = 48
        package static let stride: Int32 = 56
    }

    /// In ``MemoryCell`` and ``TableCell``.
    package enum Cell {
        package static let base: Int32 = 0
        package static let count: Int32 = 8
    }

    /// How many bytes an instance's context and own globals take. In modules whose first memory is
    /// their own they end where it begins.
    package static func contextByteCount(_ module: Module) -> Int {
        let ownGlobals = module.globals.count - module.importedGlobalCount
        return (Int(Context.ownGlobals) + 16 * ownGlobals + 63) & -64
    }

    /// How many results a function may have to be called as machine code.
    package static let resultLimit = 1000
}

/// Helpers that machine code calls through ``InstanceContext/runtime``; the raw value is the index.
package enum RuntimeHelper: Int32, CaseIterable, Sendable {
    /// `(context, code: u32)`: traps.
    case trap = 0
    /// `(context, slots: u64 *, opcode: u32, immediate0: u32, immediate1: u32)`.
    case perform
    /// `(context)`: fuel went below 0.
    case budget
    /// `(context, memory: u32, delta: u64) -> u64`
    case memoryGrow
    /// `(context, memory: u32, at: u64, value: u32, count: u64)`
    case memoryFill
    /// `(context, target: u32, source: u32, to: u64, from: u64, count: u64)`
    case memoryCopy
    /// `(context, memory: u32, segment: u32, to: u64, from: u64, count: u64)`
    case memoryInit
    /// `(context, function: u32) -> u64`
    case refFunc
    /// `(context, record, wanted: u32) -> u32`
    case isSubtype
    /// `(context, tag: u32, payload: u64 *)`: returns with the exception set.
    case `throw`
    /// `(context, exception: u64)`: returns with the exception set.
    case throwRef
    /// `(context, tag: u32) -> u32`: whether the exception being thrown has the tag.
    case catches
    /// `(context, payload: u64 * or null) -> u64`: ends the throwing.
    case `catch`
    /// `(context, type: u32) -> u64`
    case makeStructure
    /// `(context, type: u32, count: u32) -> u64`
    case makeArray
    /// `(context, reference: u64, heapType: i32, isNullable: u32) -> u32`
    case refTest
    /// `(context, table: u32, reference: u64, delta: u64) -> u64`
    case tableGrow
    /// `(target: u8 *, source: u8 *, count: u64)`: C's `memmove`, without context; never traps.
    case move = 24
    /// `(target: u8 *, value: u32, count: u64)`: C's `memset`, without context; never traps.
    case set
}
