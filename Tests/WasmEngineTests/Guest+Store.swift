import Wasm

import WasmEngine

extension Guest {
    /// A module instantiated in a store that is there.
    init(_ text: String, in store: Store, imports: Imports = Imports()) throws {
        self.store = store
        instance = try store.instantiate(try Self.load(text), imports: imports)
    }
}
