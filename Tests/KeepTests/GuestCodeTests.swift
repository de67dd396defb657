import Cryptography
import Diagnostics
import KeepProtocol
import SinglePassCompiler
import Testing
import Wasm
import WasmEngine

@testable import Keep

/// Which machine code of an owner's a keep runs.
@Suite struct GuestCodeTests {
    private static func module(_ text: String) throws -> [UInt8] { try TextParser.assemble(text) }

    private static func image(of module: [UInt8], _ options: CompilationOptions) throws -> [UInt8] {
        let loaded = try LoadedModule(
            try ModuleValidator.validate(try ModuleDecoder.decode(module)))
        return SinglePassCompiler(loaded, options)
            .compileModule(digest: Hash.sha256(module)).encoded()
    }

    private static func workload(_ module: [UInt8], _ image: [UInt8]) throws -> Workload {
        try Workload(
            module: module, image: image, manifest: Manifest(name: "app").encoded,
            policies: PolicySet().encoded)
    }

    private static var metered: CompilationOptions {
        var options = CompilationOptions()
        options.isMetered = true
        return options
    }

    @Test("code that counts its steps runs")
    func meteredCode() throws {
        let module = try Self.module("(module (func (export \"_start\")))")
        let code = try GuestCode(Self.workload(module, Self.image(of: module, Self.metered)))
        #expect(code.isCompiled)
    }

    @Test("code that could not be stopped, is another module's, or damaged, is refused")
    func refusedCode() throws {
        let module = try Self.module("(module (func (export \"_start\")))")
        let other = try Self.module("(module (func (export \"_start\") nop))")
        var deterministic = Self.metered
        deterministic.isDeterministic = true
        var damaged = try Self.image(of: module, Self.metered)
        damaged[damaged.count - 1] ^= 1
        for image in [
            try Self.image(of: module, CompilationOptions()),
            try Self.image(of: module, deterministic),
            try Self.image(of: other, Self.metered), damaged, Array(damaged.prefix(40)), [1],
        ] {
            #expect(throws: Diagnostic.self) {
                try GuestCode(Self.workload(module, image))
            }
        }
    }
}
