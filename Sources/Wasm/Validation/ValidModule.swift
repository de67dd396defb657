/// A module whose rules hold; function bodies too, unless their check was deferred.
///
/// Immutable and shared between threads.
package final class ValidModule: Sendable {
    package let module: Module
    package let context: ModuleContext

    init(_ module: Module, _ context: ModuleContext) {
        self.module = module
        self.context = context
    }
}
