package import Wasm

/// Something an instance can import or export (core specification 3.0, §4.2.12).
package enum ExternalValue {
    case function(Function)
    case table(Table)
    case memory(LinearMemory)
    case global(Global)
    case tag(Tag)

    package var kind: ExternalKind {
        switch self {
        case .function: .function
        case .table: .table
        case .memory: .memory
        case .global: .global
        case .tag: .tag
        }
    }
}

/// What a module's imports are looked up in, by module name and name.
package struct Imports {
    /// By the UTF-8 bytes of both names: names that look alike are different names here.
    private var values: [[UInt8]: [[UInt8]: ExternalValue]] = [:]

    package init() {}

    package subscript(module: String, name: String) -> ExternalValue? {
        get { values[Array(module.utf8)]?[Array(name.utf8)] }
        set { values[Array(module.utf8), default: [:]][Array(name.utf8)] = newValue }
    }

    /// Offers all exports of an instance under a module name.
    package mutating func define(_ module: String, exportsOf instance: Instance) {
        for name in instance.exportNames { self[module, name] = instance.export(name) }
    }

    /// Whether anything is offered under a module name.
    package func hasModule(_ module: String) -> Bool { values[Array(module.utf8)] != nil }
}
