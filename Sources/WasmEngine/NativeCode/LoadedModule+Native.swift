internal import Wasm

extension LoadedModule {
    /// Maps a code image of this module, so that instances made from now on in stores that run
    /// machine code use it. The caller has compared the digest.
    ///
    /// - Throws: ``CodeImageRejection``.
    package func install(_ image: CodeImage) throws(CodeImageRejection) {
        let native = try NativeImage(image, for: self)
        add(native)
    }

    /// Gives the module machine code that a compiler makes of each function when it is first called,
    /// for instances made from now on in stores that run machine code.
    ///
    /// - Parameter kept: what ``grownCode`` gave of the same module and compiler.
    /// - Throws: ``CodeImageRejection``.
    package func install(
        growingWith compiler: any FunctionCompiler, _ header: CodeImage.Header,
        startingWith kept: CodeImage? = nil
    ) throws(CodeImageRejection) {
        let native = try NativeImage(
            growingWith: compiler, header, startingWith: kept, for: self)
        add(native)
    }

    /// Whether functions got so much code when they were first called, and no little part of all that
    /// the process has.
    package func hasGrownCode(leastByteCount: Int) -> Bool {
        growingImage?.growing?.hasGrown(leastByteCount: leastByteCount) ?? false
    }

    /// The code that functions got when they were first called, for another process to start with.
    package var grownCode: CodeImage? {
        growingImage.flatMap { $0.growing?.image($0.header) }
    }

    private var growingImage: NativeImage? { nativeImages.last { $0.growing != nil } }

    /// Gives the module the code of an image in a file. The caller knows that it is this module's.
    ///
    /// - Throws: ``CodeImageRejection``.
    package func install(_ image: MappedImage) throws(CodeImageRejection) {
        let native = try NativeImage(image, for: self)
        add(native)
    }

    /// The image for instances of a store, when there is one that fits.
    func nativeImage(
        _ variant: CodeVariant, _ runtime: NativeRuntime, memories: [LinearMemory]
    ) -> NativeImage? {
        let hasGuards = memories.allSatisfy {
            $0.type.addressType == .i64 || $0.hasFullReservation
        }
        return nativeImages.last { image in
            let options = image.header.options
            return runtime.admits(image) && (hasGuards || !options.guardedMemory)
                && options.isDeterministic == variant.isDeterministic
                && (options.isMetered || !variant.isMetered)
        }
    }
}

extension Instance {
    /// Gives every function that machine code may call by its record what it needs.
    func prepareNative(_ native: NativeRuntime, _ image: NativeImage) {
        native.add(image, of: module)
        if image.hasAllCode { return }
        let imported = importedFunctions.count
        for index in 0..<module.module.code.count where !image.hasCode(index) {
            unsafe _ = record(UInt32(index + imported))
        }
    }
}
