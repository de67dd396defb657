internal import Wasm

/// The first call of a function in code that grows.
enum FirstCall {
    /// Where a function is entered, now that it is called.
    ///
    /// - Parameter number: position among the module's own functions; bit 63: by the compiler's own
    ///   convention.
    /// - Returns: an address, or why the guest must be left.
    @inline(never)
    static func resolve(
        _ context: UnsafeMutablePointer<InstanceContext>, _ number: UInt64
    ) -> (UInt, TrapCode) {
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        let position = Int(number & UInt64(UInt32.max))
        let isFast = number >> 63 != 0
        guard let image = instance.nativeImage, let growing = image.growing else {
            return (0, .unreachable)
        }
        if let entry = growing.entry(position, isFast: isFast) { return (entry, .none) }
        return interpreted(instance, position, image)
    }

    /// A function that is left to the interpreter: its record's thunk, made when first needed.
    private static func interpreted(
        _ instance: Instance, _ position: Int, _ image: NativeImage
    ) -> (UInt, TrapCode) {
        let record = unsafe instance.record(
            UInt32(position + instance.importedFunctions.count))
        if unsafe record.pointee.nativeCode == image.entry(position) {
            do throws(WasmError) {
                // Now that its own code stands there, calls by the interpreter stay with it.
                _ = unsafe try instance.codeTable.translate(definedIndex: position)
                unsafe record.pointee.entry = instance.codeTable.entry(position)
            } catch {
                instance.store.pendingTrap = Trap(.invalidFunction(error.diagnostic))
                return (0, .pending)
            }
            unsafe record.pointee.fastContext = nil
            unsafe record.pointee.fastCode = nil
            if let native = instance.store.native {
                unsafe native.serve(record, native.signature(record.pointee.typeNumber))
            }
        }
        return unsafe (UInt(bitPattern: record.pointee.nativeCode), .none)
    }
}
