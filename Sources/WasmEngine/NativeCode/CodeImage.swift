/// Machine code of a module's functions, with what the engine must know to run it. It says nothing
/// about addresses, so it may lie anywhere, and the same input always makes the same image.
///
/// Written to a file as Documentation/Formats/CodeImage.md says.
package struct CodeImage: Sendable, Equatable {
    /// Where one function's code is in ``text``.
    package struct Function: Hashable, Sendable {
        /// Index in the module.
        package var index: UInt32
        /// Offset that the standard convention enters at; not always in ``range``.
        package var standardEntry: UInt32
        /// Where the code that begins there ends, when it lies apart.
        package var entryEnd: UInt32
        /// Offset that the compiler's own convention enters at; nil when there is none.
        package var fastEntry: UInt32?
        /// Offsets of the code and its constants.
        package var range: Range<UInt32>

        /// - Parameter entryEnd: the range's end, unless `standardEntry` lies outside of it.
        package init(
            index: UInt32, standardEntry: UInt32, entryEnd: UInt32? = nil,
            fastEntry: UInt32? = nil, range: Range<UInt32>
        ) {
            self.index = index
            self.standardEntry = standardEntry
            self.entryEnd = entryEnd ?? range.upperBound
            self.fastEntry = fastEntry
            self.range = range
        }
    }

    /// What the code was made from and for.
    package struct Header: Hashable, Sendable {
        /// Compiler and version, for example `single-pass 2`.
        package var compiler: String
        /// SHA-256 of the module's bytes.
        package var moduleDigest: [UInt8]
        package var options: CompilationOptions

        package init(compiler: String, moduleDigest: [UInt8], options: CompilationOptions) {
            self.compiler = compiler
            self.moduleDigest = moduleDigest
            self.options = options
        }
    }

    package var header: Header
    /// Code and constants, position-independent; the first byte lies at a page's start.
    package var text: [UInt8]
    /// How many rows at the text's end tell how frames are left, 8 bytes each; 0 when every function
    /// keeps rbp as frame pointer.
    package var frameRowCount: Int
    /// Sorted by index. A function that is not here is left to the interpreter.
    package var functions: [Function]
    /// Sorted by offset in ``text``.
    package var traps: [TrapSite]
    /// Sorted by offset in ``text``.
    package var places: [CodeSite]
    package var inlined: InlinedCode
    /// The module's bytes, so that the image can be run by itself; may be empty.
    package var module: [UInt8]
    /// What memory 0 of instances holds at first; may be left out.
    package var memory = InitialMemory()

    package init(
        header: Header, text: [UInt8], frameRowCount: Int = 0, functions: [Function],
        traps: [TrapSite], places: [CodeSite], inlined: InlinedCode = InlinedCode(),
        module: [UInt8] = []
    ) {
        self.header = header
        self.text = text
        self.frameRowCount = frameRowCount
        self.functions = functions
        self.traps = traps
        self.places = places
        self.inlined = inlined
        self.module = module
    }
}
