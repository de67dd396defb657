internal import CPlatform
internal import Platform
internal import Wasm

/// What a store needs to run machine code: a stack, the area for further results, thunks.
@safe
final class NativeRuntime {
    /// Stack that stays free for helpers and host functions when a guest's frames reach the limit.
    private static let headroomByteCount = 1 << 20

    /// What lies below the stack and faults: more than any frame grows by without touching it.
    private static let guardByteCount = 1 << 16

    /// What lies above the first frame: an instruction run by a helper has three operands read for it
    /// from where its own begin, whether it takes so many or not.
    private static let margin: UInt = 64

    /// What the last departure from machine code left.
    let report: UnsafeMutablePointer<martlet_native_report>
    /// The end of the stack, where the first frame begins.
    let stackTop: UInt
    /// The first address that guests' frames may use.
    let stackLimit: UInt
    private let stackStart: UInt
    let results: UnsafeMutableRawPointer
    /// Images whose code may be on the stack.
    private(set) var images: [(image: NativeImage, module: LoadedModule)] = []
    /// How many calls into machine code are running, one inside the other.
    var depth: Int {
        get { unsafe state.pointee.running }
        set { unsafe state.pointee.running = newValue }
    }
    /// The store's, which frees it.
    private let state: UnsafeMutablePointer<ExecutionState>
    /// Whether the store's machine code looks for exceptions after calls; set by the first instance.
    private(set) var checksExceptions: Bool?
    /// Places of the frames that the exception being thrown passed.
    var throwTrace: [UInt] = []
    private let stack: MemoryReservation
    private var thunks = ThunkArena()
    private var signatures: [UInt32: NativeSignature] = [:]

    /// - Parameter state: the store's, which need not be filled in yet.
    /// - Throws: `ENOSYS` on machines without support, `ENOMEM`.
    init(
        stackByteCount: Int, state: UnsafeMutablePointer<ExecutionState>
    ) throws(Errno) {
        guard martlet_native_prepare_process() == 0 else { throw .ENOSYS }
        NativeHelpers.install()
        // Functions that call nothing but their instance's own are not checked: they fault here.
        let byteCount =
            Self.guardByteCount + Self.headroomByteCount + max(stackByteCount, 1 << 16)
        var reservation = try MemoryReservation(reserving: byteCount)
        try reservation.commit(upTo: byteCount)
        try reservation.protect(offsetBytes: 0, byteCount: Self.guardByteCount, as: .none)
        stack = reservation
        stackStart = UInt(bitPattern: unsafe stack.base)
        stackLimit = stackStart + UInt(Self.guardByteCount + Self.headroomByteCount)
        stackTop = stackStart + UInt(stack.reservedByteCount) - Self.margin
        unsafe report = .allocate(capacity: 1)
        unsafe report.initialize(to: martlet_native_report())
        unsafe self.state = state
        unsafe results = .allocate(
            byteCount: 16 * (NativeLayout.resultLimit + 1), alignment: 16)
    }

    deinit {
        unsafe report.deallocate()
        unsafe results.deallocate()
    }

    /// Whether an address lies on this store's stack.
    func isOnStack(_ address: UInt) -> Bool { address >= stackStart && address < stackTop }

    func signature(_ typeNumber: UInt32) -> NativeSignature {
        if let known = signatures[typeNumber] { return known }
        let type = TypeRegistry.shared.functionType(typeNumber) ?? FunctionType([], [])
        let made = NativeSignature(type)
        signatures[typeNumber] = made
        return made
    }

    /// Gives the record of a function without machine code a way in for machine code.
    func serve(
        _ record: UnsafeMutablePointer<FunctionRecord>, _ signature: NativeSignature
    ) {
        do throws(Errno) {
            unsafe try thunks.serve(record, usesVectors: signature.usesVectors)
        } catch {
            // No memory for code: calls to this function trap instead.
            let trap = unsafe UnsafePointer<UnsafeRawPointer>(
                bitPattern: martlet_native_stub_table())
            unsafe record.pointee.nativeCode = trap?.pointee
        }
    }

    /// Whether an image's code may run in this store together with what is there.
    func admits(_ image: NativeImage) -> Bool {
        checksExceptions == nil || checksExceptions == image.header.options.checksExceptions
    }

    /// Notes that an image's code will run in this store.
    func add(_ image: NativeImage, of module: LoadedModule) {
        checksExceptions = image.header.options.checksExceptions
        if !images.contains(where: { $0.image === image }) { images.append((image, module)) }
    }

    /// The image that an address lies in.
    func image(at address: UInt) -> (image: NativeImage, module: LoadedModule, offset: UInt32)? {
        for (image, module) in images {
            if let offset = image.offset(of: address) { return (image, module, offset) }
        }
        return nil
    }

    /// The frames behind places on the stack.
    func frames(_ places: [UInt]) -> [Trap.Frame] { places.flatMap { frames(at: $0) } }

    /// The frames behind a place: more than one where functions are inlined.
    private func frames(at address: UInt) -> [Trap.Frame] {
        guard let (image, module, offset) = image(at: address) else { return [] }
        return image.places(at: offset, limit: Store.frameLimit)
            .filter { $0.wasmOffset != CodeSite.none }
            .map {
                Trap.Frame(functionIndex: $0.function, of: module, offsetBytes: $0.wasmOffset)
            }
    }

    /// The frames behind the places in the report.
    var reportedFrames: [Trap.Frame] {
        unsafe withUnsafePointer(to: &report.pointee.frames) { pointer in
            let count = unsafe Int(report.pointee.frameCount)
            // SAFETY: as below.
            return unsafe pointer.withMemoryRebound(to: UInt.self, capacity: 64) { words in
                var frames: [Trap.Frame] = []
                frames.reserveCapacity(count)
                for index in 0..<count { frames += unsafe self.frames(at: words[index]) }
                return frames
            }
        }
    }

    /// The places in the report.
    var reportedPlaces: [UInt] {
        unsafe withUnsafePointer(to: &report.pointee.frames) { pointer in
            // SAFETY: the C array has 64 words, of which `frameCount` are filled.
            unsafe pointer.withMemoryRebound(to: UInt.self, capacity: 64) { words in
                unsafe Array(
                    UnsafeBufferPointer(start: words, count: Int(report.pointee.frameCount)))
            }
        }
    }
}
