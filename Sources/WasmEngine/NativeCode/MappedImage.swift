internal import CPlatform
package import Platform
internal import Synchronization
package import Wasm

/// A code image in a file, of which only what is used is read.
///
/// The head is checked when the image is opened. An image that somebody found whole before is mapped as
/// it is. Of any other the text is inaccessible at first: the fault handler checks each 64 KiB when
/// they are first touched, and makes them executable then; everything else is checked when it is
/// first needed. Documentation/Decisions/0042 and 0043.
@safe
package final class MappedImage: @unchecked Sendable {
    // Unchecked: mappings are never written; the sites have their lock.
    let head: ImageHead
    private let descriptor: FileDescriptor
    private let file: FileMapping
    private let text: FileMapping
    /// Of the text whose chunks are checked when they are touched; -1 when it was known to be whole.
    private let slot: Int
    private let readSites = Mutex<CodeSites?>(nil)

    private var layout: ImageLayout { head.layout }

    /// Opens an image.
    ///
    /// - Parameter known: ``checksum`` of the image that this file was when it was found whole; the
    ///   caller knows that the file did not change since.
    /// - Throws: ``CodeImageRejection`` for a file that is no image of this engine's interface, or
    ///   damaged in its head; ``CodeImageRejection/notSupported(_:)`` where files can not be mapped
    ///   so, for example on a file system without executables.
    package init(
        _ file: BorrowedDescriptor, byteCount: Int, known: UInt64? = nil
    ) throws(CodeImageRejection) {
        guard martlet_native_prepare_process() == 0 else {
            throw .notSupported("this is no x86-64 Linux")
        }
        do throws(Errno) {
            descriptor = try file.duplicate()
            self.file = try FileMapping(file, byteCount: max(byteCount, 1))
        } catch {
            throw .notSupported("the file can not be mapped: \(error)")
        }
        let bytes = unsafe self.file.bytes
        let head = unsafe try ImageHead(reading: bytes)
        self.head = head
        let layout = head.layout
        guard !layout.text.isEmpty else { throw .malformed("no text", offset: 120) }
        let isKnown = known == head.checksum
        guard unsafe isKnown || head.isWhole(layout.functions, in: bytes) else {
            throw .malformed("damaged: a checksum differs", offset: layout.functions.lowerBound)
        }
        do throws(Errno) {
            // Asked for at once, so that a refusal is known before anything runs.
            text = try FileMapping(
                file, offset: layout.text.lowerBound, byteCount: layout.text.count,
                as: .readExecute)
            if !isKnown { try text.protect(as: .none) }
        } catch {
            throw .notSupported("the file can not be mapped to be run: \(error)")
        }
        slot =
            unsafe isKnown
            ? -1
            : martlet_native_add_file(
                UInt(bitPattern: text.base), self.file.base + layout.bodyStart,
                self.file.byteCount - layout.bodyStart, layout.text.lowerBound - layout.bodyStart,
                self.file.base + layout.sums.lowerBound)
        guard isKnown || slot >= 0 else { throw .notSupported("too many code images") }
    }

    deinit { martlet_native_remove_file(slot) }

    /// SHA-256 of the module that the code was made from.
    package var moduleDigest: [UInt8] { head.header.moduleDigest }

    package var options: CompilationOptions { head.header.options }

    /// Tells images apart, all their bytes counted.
    package var checksum: UInt64 { head.checksum }

    /// Whether nothing in it is left to be checked.
    package var isKnown: Bool { slot < 0 }

    var base: UnsafeRawPointer { unsafe text.base }

    var functions: ImageFunctions {
        unsafe ImageFunctions(
            UnsafeRawBufferPointer(rebasing: file.bytes[layout.functions]),
            textByteCount: layout.text.count)
    }

    /// The text for reading; damage in it goes unnoticed there.
    var readableText: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: file.bytes[layout.text])
    }

    /// Whether some bytes of the file are whole, if that is not known.
    private func isWhole(_ range: Range<Int>) -> Bool {
        unsafe isKnown || head.isWhole(range, in: file.bytes)
    }

    /// The module inside the image, its checksums compared; nil when there is none or it is damaged.
    package var module: ModuleBytes? {
        guard !layout.module.isEmpty, isWhole(layout.module) else { return nil }
        return unsafe ModuleBytes(
            UnsafeRawBufferPointer(rebasing: file.bytes[layout.module]), keptBy: file)
    }

    /// Whether everything is whole; damage in the text would end the guest when it gets there.
    package var isWhole: Bool { isWhole(layout.bodyStart..<file.byteCount) }

    /// Makes all of the text that is whole executable now, not piece by piece: profilers take each
    /// change for new code.
    func admitText() {
        let start = UInt(bitPattern: unsafe text.base)
        // Chunks count from the body's start, the text begins in the middle of one.
        for offset in stride(from: 0, to: layout.text.count, by: InitialMemory.pageByteCount) {
            let place = layout.text.lowerBound + offset - layout.bodyStart
            if !isKnown, offset == 0 || place % ImageHead.chunkByteCount == 0 {
                _ = martlet_native_admit(start + UInt(offset))
            }
        }
    }

    /// Lets pages of the file be what a new memory holds at first; false when the image has none for
    /// it, and the module's segments must be copied.
    func map(into memory: LinearMemory) -> Bool {
        guard !layout.memory.isEmpty,
            isWhole(layout.extents.lowerBound..<layout.memory.upperBound)
        else { return false }
        var reader = unsafe ImageReader(file.bytes)
        reader.position = layout.extents.lowerBound
        guard let extents = try? reader.extents(layout.counts.extents, layout.counts.memory)
        else { return false }
        var offset = layout.memory.lowerBound
        for extent in extents {
            guard memory.map(descriptor.borrowed, fileOffset: offset, at: extent) else {
                return false
            }
            offset += extent.count
        }
        return true
    }

    /// Reads where functions, traps and places are. Damaged tables are empty: traps are then told
    /// without their details.
    func withSites<R>(_ body: (borrowing CodeSites) -> R) -> R {
        readSites.withLock { known in
            if let sites = known { return body(sites) }
            let sites = readTables()
            known = sites
            return body(sites)
        }
    }

    private func readTables() -> CodeSites {
        guard isWhole(layout.functions.lowerBound..<layout.inlinedRows.upperBound),
            let (functions, traps, places, inlined) = unsafe try? CodeImage.sites(
                layout, file.bytes)
        else { return CodeSites() }
        return CodeSites(functions, traps: traps, places: places, inlined: inlined)
    }
}
