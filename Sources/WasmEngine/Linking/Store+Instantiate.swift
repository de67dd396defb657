internal import Wasm

extension Store {
    /// Makes an instance: links imports, evaluates globals, tables and segments, copies active
    /// segments and runs the start function (core specification 3.0, §4.5.4).
    ///
    /// - Throws: ``InstantiationError``. When an active segment or the start function traps, what
    ///   was written before stays, as the specification says.
    package func instantiate(
        _ module: LoadedModule, imports: Imports = Imports()
    ) throws(InstantiationError) -> Instance {
        guard instances.count < configuration.instances else {
            throw .budgetExceeded("more than \(configuration.instances) instances")
        }
        var linker = Linker(self, module)
        do throws(InstantiationError) {
            try linker.resolve(imports)
            try linker.allocate()
        } catch {
            linker.discard()
            throw error
        }
        let instance = linker.makeInstance()
        add(instance)
        var initializer = InstanceInitializer(instance)
        do throws(Trap) {
            try initializer.run()
            if let start = module.module.start { _ = try instance.function(start).call() }
        } catch {
            throw .trap(error)
        }
        return instance
    }
}
