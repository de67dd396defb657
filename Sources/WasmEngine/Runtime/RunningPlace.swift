/// Where running code asked for an object, so that the collector knows the frames in use.
@safe
struct RunningPlace {
    var code: UnsafeRawPointer
    var frame: Slots
    var context: UnsafeMutablePointer<InstanceContext>

    /// The first slot above the frame.
    var frameEnd: UnsafeMutablePointer<UInt64>? {
        // SAFETY: contexts point back at their instances, which the store keeps; a running frame
        // has as many slots as its function's header says.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        guard let place = unsafe instance.codeTable.function(at: code) else { return nil }
        return unsafe frame.base + place.frameSlots
    }
}
