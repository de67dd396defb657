/// Where generated code finds the engine's state: offsets in bytes, as `WasmEngine/NativeCode` fixes
/// them (`Documentation/Formats/CodeImage.md`).
enum EngineLayout {
    enum Context {
        static let state = 8
        static let memories = 16
        static let tables = 24
        static let globals = 32
        static let importedFunctions = 40
        static let functionRecords = 48
        static let typeNumbers = 56
        static let memory0Base = 80
        static let runtime = 88
        static let ownGlobals = 128
    }

    enum State {
        static let fuel = 16
        static let trapAddress = 24
        static let trapWidth = 32
        static let exception = 64
        static let stackLimit = 96
        static let results = 104
    }

    enum Record {
        static let size = 56
        static let context = 8
        static let typeNumber = 16
        static let nativeCode = 32
    }
}

/// The engine's helpers, by their place in the table that contexts point at.
enum Helper: Int {
    case trap = 0
    case perform, budget, memoryGrow, memoryFill, memoryCopy, memoryInit, refFunc, isSubtype
    case `throw`, throwRef, catches, `catch`, makeStructure, makeArray, refTest, tableGrow
}

/// The engine's numbers of traps.
enum TrapKind: Int {
    case unreachable = 1
    case integerDivideByZero, integerOverflow, invalidConversion, memoryOutOfBounds
    case tableOutOfBounds, arrayOutOfBounds, indirectCallTypeMismatch, uninitializedElement
    case nullReference, castFailure, stackExhausted
    case unalignedAtomic = 16
}
