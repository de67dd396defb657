import Diagnostics
import Wasm
import WasmEngine

/// Why a script's module could not be loaded.
enum ModuleRejection: Error, CustomStringConvertible {
    case text(TextError)
    case binary(WasmError)
    case link(InstantiationError)

    var description: String {
        switch self {
        case .text(let error): "\(error)"
        case .binary(let error): "\(error.diagnostic)"
        case .link(let error): "\(error.diagnostic)"
        }
    }

    /// Whether text or binary are not in the format, rather than against its rules.
    var isMalformed: Bool {
        switch self {
        case .text, .binary(.malformed): true
        case .binary(.invalid), .link: false
        }
    }
}

extension ScriptRunner {
    /// The module, assembled, decoded and validated.
    func load(
        _ module: ScriptModule, _ limits: DecoderLimits = .standard
    ) throws(ModuleRejection) -> LoadedModule {
        let binary: [UInt8]
        do throws(TextError) { binary = try module.assemble() } catch { throw .text(error) }
        let valid: ValidModule
        do throws(WasmError) {
            valid = try ModuleValidator.validate(
                try ModuleDecoder.decode(binary, limits: limits), limits: limits)
        } catch {
            throw .binary(error)
        }
        do throws(InstantiationError) {
            return try LoadedModule(valid)
        } catch {
            throw .link(error)
        }
    }

    // MARK: Assertions on modules

    func expectMalformed(_ module: ScriptModule, _ message: String) throws(ScriptFailure) {
        guard let rejection = rejection(of: module) else {
            throw ScriptFailure("module is accepted; expected malformed: \(quote(message, module))")
        }
        guard rejection.isMalformed || SupersededRules.isInvalidNow(message) else {
            throw ScriptFailure(
                "module is invalid, not malformed: \(rejection); expected \(quote(message, module))"
            )
        }
    }

    func expectInvalid(_ module: ScriptModule, _ message: String) throws(ScriptFailure) {
        let limits = SupersededRules.limits(message)
        guard let rejection = rejection(of: module, limits) else {
            throw ScriptFailure("module is accepted; expected invalid: \(quote(message, module))")
        }
        guard case .binary(.invalid) = rejection else {
            throw ScriptFailure(
                "module is not just invalid: \(rejection); expected \(quote(message, module))")
        }
    }

    private func rejection(
        of module: ScriptModule, _ limits: DecoderLimits = .standard
    ) -> ModuleRejection? {
        do throws(ModuleRejection) {
            _ = try load(module, limits)
            return nil
        } catch {
            return error
        }
    }

    func expectUnlinkable(_ module: ScriptModule, _ message: String) throws(ScriptFailure) {
        switch try instantiationError(of: module) {
        case nil: throw ScriptFailure("module is linked; expected: \(quote(message, module))")
        case .unknownImport, .incompatibleImport: return
        case .trap where SupersededRules.isTrapNow(message): return
        case let error?:
            throw ScriptFailure(
                "module is not unlinkable: \(error.diagnostic); expected \(quote(message, module))")
        }
    }

    func expectModuleTrap(_ module: ScriptModule, _ message: String) throws(ScriptFailure) {
        switch try instantiationError(of: module) {
        case .trap(let trap) where TrapWords.match(trap, message): return
        case nil: throw ScriptFailure("module is instantiated; expected trap: \(message)")
        case let error?:
            throw ScriptFailure(
                "instantiation ends otherwise: \(error.diagnostic); expected trap: \(message)")
        }
    }

    private func instantiationError(
        of module: ScriptModule
    ) throws(ScriptFailure) -> InstantiationError? {
        let loaded: LoadedModule
        do throws(ModuleRejection) {
            loaded = try load(module)
        } catch {
            throw ScriptFailure("module is rejected: \(error)")
        }
        try prepare(loaded)
        do throws(InstantiationError) {
            _ = try store.instantiate(loaded, imports: imports)
            return nil
        } catch {
            return error
        }
    }

    /// The script's message, and the text of a quoted module, which has no line of its own.
    private func quote(_ message: String, _ module: ScriptModule) -> String {
        let words = "\"\(message.escapedForDisplay())\""
        guard case .quote = module.form else { return words }
        let text = String(decoding: module.text, as: UTF8.self)
        return "\(words) for: \(text.escapedForDisplay(limit: 120))"
    }
}

/// Rules of older proposals that the standard has changed since: their scripts in
/// `testsuite/proposals` still have the old ones.
enum SupersededRules {
    /// Multiple tables came with reference types, multiple memories with multi-memory: where a script
    /// asserts that they are invalid, the limits of then hold.
    static func limits(_ message: String) -> DecoderLimits {
        var limits = DecoderLimits.standard
        if message == "multiple tables" { limits.tables = 1 }
        if message == "multiple memories" { limits.memories = 1 }
        return limits
    }

    /// Since memory64 the text of sizes has 64 bits; what 32-bit memories cannot have is invalid.
    static func isInvalidNow(_ message: String) -> Bool { message == "i32 constant out of range" }

    /// Since bulk memory, segments are checked when they are copied.
    static func isTrapNow(_ message: String) -> Bool { message.hasSuffix("segment does not fit") }
}
