internal import CPlatform
package import Platform
internal import Synchronization
package import Wasm

/// A code image in a file, of which only what is used is read.
///
/// The head is checked when the image is opened. The text is inaccessible at first: the fault handler
/// checks each 64 KiB when they are first touched, and makes them executable then. Tables of traps and
/// places are checked and read when they are first needed. Documentation/Decisions/0042.
@safe
package final class MappedImage: @unchecked Sendable {
    // Unchecked: mappings are never written; the sites have their lock.

    let head: ImageHead
    private let file: FileMapping
    private let text: FileMapping
    private let slot: Int
    private let readSites = Mutex<CodeSites?>(nil)

    /// Opens an image.
    ///
    /// - Throws: ``CodeImageRejection`` for a file that is no image of this engine's interface, or
    ///   damaged in its head; ``CodeImageRejection/notSupported(_:)`` where files can not be mapped
    ///   so, for example on a file system without executables.
    package init(_ descriptor: BorrowedDescriptor, byteCount: Int) throws(CodeImageRejection) {
        guard martlet_native_prepare_process() == 0 else {
            throw .notSupported("this is no x86-64 Linux")
        }
        do throws(Errno) {
            file = try FileMapping(descriptor, byteCount: max(byteCount, 1))
        } catch {
            throw .notSupported("the file can not be mapped: \(error)")
        }
        head = unsafe try ImageHead(reading: file.bytes)
        guard !head.text.isEmpty else { throw .malformed("no text", offset: 120) }
        do throws(Errno) {
            // Asked for at once, so that a refusal is known before anything runs.
            text = try FileMapping(
                descriptor, offset: head.text.lowerBound, byteCount: head.text.count,
                as: .readExecute)
            try text.protect(as: .none)
        } catch {
            throw .notSupported("the file can not be mapped to be run: \(error)")
        }
        slot = unsafe martlet_native_add_file(
            UInt(bitPattern: text.base), file.base + head.bodyStart,
            file.byteCount - head.bodyStart, head.text.lowerBound - head.bodyStart,
            file.base + head.sums.lowerBound)
        guard slot >= 0 else { throw .notSupported("too many code images") }
    }

    deinit { martlet_native_remove_file(slot) }

    /// SHA-256 of the module that the code was made from.
    package var moduleDigest: [UInt8] { head.header.moduleDigest }

    package var options: CompilationOptions { head.header.options }

    var base: UnsafeRawPointer { unsafe text.base }

    /// The text for reading; damage in it goes unnoticed there.
    var readableText: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: file.bytes[head.text])
    }

    /// The module inside the image, its checksums compared; nil when there is none or it is damaged.
    package var module: ModuleBytes? {
        guard !head.module.isEmpty, unsafe head.isWhole(head.module, in: file.bytes) else {
            return nil
        }
        return unsafe ModuleBytes(
            UnsafeRawBufferPointer(rebasing: file.bytes[head.module]), keptBy: file)
    }

    /// Whether everything is whole; damage in the text would end the guest when it gets there.
    package var isWhole: Bool {
        unsafe head.isWhole(head.bodyStart..<file.byteCount, in: file.bytes)
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
        let bytes = unsafe file.bytes
        guard unsafe head.isWhole(head.traps.lowerBound..<head.places.upperBound, in: bytes),
            let (traps, places) = unsafe try? CodeImage.sites(head, bytes)
        else { return CodeSites(head.functions, traps: [], places: []) }
        return CodeSites(head.functions, traps: traps, places: places)
    }
}
