package import Diagnostics

/// Why a code image is not run.
package enum CodeImageRejection: Error, Equatable, Sendable, Diagnosable {
    /// The bytes are no image, or a damaged one.
    case malformed(String, offset: Int)
    /// An image of another version of the engine.
    case otherVersion(found: UInt32)
    case otherModule
    /// The code uses what this processor does not have.
    case otherProcessor(missing: [String])
    /// Made with other options than the store asks for.
    case otherOptions(String)
    /// The machine does not run machine code of guests.
    case notSupported(String)

    package var diagnostic: Diagnostic {
        switch self {
        case .malformed(let what, let offset):
            Diagnostic(
                what: "code image: \(what)", where: "offset \(offset)",
                remedy: "compile the module again")
        case .otherVersion(let found):
            Diagnostic(
                what: "code image of engine interface \(found); this one has"
                    + " \(NativeLayout.abiVersion)",
                where: "", remedy: "compile the module again")
        case .otherModule:
            Diagnostic(
                what: "code image of another module", where: "",
                remedy: "compile this module, or run the image's own")
        case .otherProcessor(let missing):
            Diagnostic(
                what: "code image uses \(missing.joined(separator: ", ")), which this processor"
                    + " lacks", where: "",
                remedy: "compile for it: --cpu native there, or --cpu x86-64-v2 for any")
        case .otherOptions(let what):
            Diagnostic(
                what: "code image was compiled \(what)", where: "",
                remedy: "compile the module again with the options of this run")
        case .notSupported(let why):
            Diagnostic(
                what: "machine code can not run here: \(why)", where: "",
                remedy: "use --engine interpreter")
        }
    }
}
