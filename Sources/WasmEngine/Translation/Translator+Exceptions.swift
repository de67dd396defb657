internal import Wasm

/// Throwing and catching.
extension Translator {
    mutating func openTry() {}

    mutating func closeTry(_ block: OpenBlock) {}

    mutating func catchBlock() {}
}
