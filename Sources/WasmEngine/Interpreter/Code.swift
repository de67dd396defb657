internal import Wasm

/// Where the interpreter is in translated code; reads the fields of the instruction there.
///
/// The translator is trusted to write what ``Operation`` says; nothing here comes from foreign bytes
/// unchecked.
@safe
struct Code {
    var address: UnsafeRawPointer

    @inline(__always)
    init(_ address: UnsafeRawPointer) { unsafe self.address = address }

    // SAFETY: of all below: the address is an instruction's, and the offsets lie in its words.

    @inline(__always)
    var operation: Operation { unsafe address.load(as: Operation.self) }
    @inline(__always)
    var a: Int { u16(2) }
    @inline(__always)
    var b: Int { u16(4) }
    @inline(__always)
    var c: Int { u16(6) }
    @inline(__always)
    func u16(_ offset: Int) -> Int {
        unsafe Int(address.load(fromByteOffset: offset, as: UInt16.self))
    }
    @inline(__always)
    func i16(_ offset: Int) -> Int {
        unsafe Int(address.load(fromByteOffset: offset, as: Int16.self))
    }
    @inline(__always)
    func u32(_ offset: Int) -> UInt32 {
        unsafe address.load(fromByteOffset: offset, as: UInt32.self)
    }
    @inline(__always)
    func i32(_ offset: Int) -> Int {
        unsafe Int(address.load(fromByteOffset: offset, as: Int32.self))
    }
    @inline(__always)
    func u64(_ offset: Int) -> UInt64 {
        unsafe address.load(fromByteOffset: offset, as: UInt64.self)
    }

    /// The WebAssembly instruction that stands in the instruction.
    @inline(__always)
    func opcode(_ offset: Int) -> Opcode {
        // The raw value that the translator writes is the tag: ``InstructionInfo`` checks it.
        unsafe address.load(fromByteOffset: offset, as: Opcode.self)
    }

    /// The code entry whose address stands in the instruction.
    @inline(__always)
    func entry(_ offset: Int) -> UnsafePointer<CodeEntry> {
        unsafe address.load(fromByteOffset: offset, as: UnsafePointer<CodeEntry>.self)
    }

    /// Goes on to the next instruction, `words` further.
    @inline(__always)
    mutating func advance(_ words: Int) { unsafe address += words &* 8 }

    /// Jumps by the distance (bytes, from this instruction) that stands at `offset`.
    @inline(__always)
    mutating func jump(at offset: Int) { unsafe address += i32(offset) }

    /// Jumps as ``jump(at:)`` when the condition holds, else goes on.
    @inline(__always)
    mutating func branch(if condition: Bool, at offset: Int, otherwise words: Int) {
        if condition { jump(at: offset) } else { advance(words) }
    }

    /// Jumps by the distance in entry `index` of the table that follows the instruction's first word.
    @inline(__always)
    mutating func jumpTable(_ index: UInt32) { jump(at: 8 &+ Int(index) &* 4) }
}
