/// Arguments, environment variables, clocks, random numbers and the process.
extension WASIHost {
    /// `args_sizes_get`.
    package func argsSizesGet(
        _ memory: GuestMemory, count: UInt32, bufferSize: UInt32
    ) throws(WASIErrno) {
        try storeSizes(of: arguments, memory, count, bufferSize)
    }

    /// `args_get`.
    package func argsGet(
        _ memory: GuestMemory, pointers: UInt32, buffer: UInt32
    ) throws(WASIErrno) {
        try storeTexts(arguments, memory, pointers, buffer)
    }

    /// `environ_sizes_get`.
    package func environSizesGet(
        _ memory: GuestMemory, count: UInt32, bufferSize: UInt32
    ) throws(WASIErrno) {
        try storeSizes(of: environment, memory, count, bufferSize)
    }

    /// `environ_get`.
    package func environGet(
        _ memory: GuestMemory, pointers: UInt32, buffer: UInt32
    ) throws(WASIErrno) {
        try storeTexts(environment, memory, pointers, buffer)
    }

    private func storeSizes(
        of texts: [[UInt8]], _ memory: GuestMemory, _ count: UInt32, _ bufferSize: UInt32
    ) throws(WASIErrno) {
        guard let total = UInt32(exactly: texts.reduce(0) { $0 + $1.count + 1 }) else {
            throw .overflow
        }
        try memory.check(at: count, byteCount: 4)
        try memory.check(at: bufferSize, byteCount: 4)
        try memory.store(UInt32(clamping: texts.count), at: count)
        try memory.store(total, at: bufferSize)
    }

    private func storeTexts(
        _ texts: [[UInt8]], _ memory: GuestMemory, _ pointers: UInt32, _ buffer: UInt32
    ) throws(WASIErrno) {
        guard let total = UInt32(exactly: texts.reduce(0) { $0 + $1.count + 1 }),
            let table = UInt32(exactly: texts.count * 4)
        else { throw .overflow }
        try memory.check(at: pointers, byteCount: table)
        try memory.check(at: buffer, byteCount: total)
        var pointer = pointers
        var place = buffer
        for text in texts {
            try memory.store(place, at: pointer)
            try memory.store(bytes: text, at: place)
            place &+= UInt32(text.count)
            try memory.store(UInt8(0), at: place)
            place &+= 1
            pointer &+= 4
        }
    }

    /// `clock_res_get`.
    package func clockResGet(
        _ memory: GuestMemory, clock id: UInt32, result: UInt32
    ) throws(WASIErrno) {
        guard let id = ClockID(rawValue: id) else { throw .inval }
        try memory.check(at: result, byteCount: 8)
        try memory.store(clock.resolutionNanoseconds(id), at: result)
    }

    /// `clock_time_get`. The precision is a hint that is not needed.
    package func clockTimeGet(
        _ memory: GuestMemory, clock id: UInt32, result: UInt32
    ) throws(WASIErrno) {
        guard let id = ClockID(rawValue: id) else { throw .inval }
        try memory.check(at: result, byteCount: 8)
        try memory.store(clock.nanoseconds(id), at: result)
    }

    /// `random_get`.
    package func randomGet(
        _ memory: GuestMemory, buffer: UInt32, byteCount: UInt32
    ) throws(WASIFailure) {
        let pieceByteCount: UInt32 = 1 << 20
        try failing { () throws(WASIErrno) in
            try memory.check(at: buffer, byteCount: byteCount)
        }
        var done: UInt32 = 0
        while done < byteCount {
            let count = min(pieceByteCount, byteCount - done)
            try failing { () throws(WASIErrno) in
                // SAFETY: the slice is checked and used at once.
                try unsafe entropy.fill(memory.slice(at: buffer + done, byteCount: count))
            }
            done += count
            // Gigabytes take seconds.
            if done < byteCount { try checkInterruption() }
        }
    }

    /// `sched_yield`.
    package func schedYield() throws(WASIFailure) {
        try checkInterruption()
        yieldToOthers()
    }

    /// `proc_exit`.
    package func procExit(code: UInt32) throws(WASIExit) {
        throw .processExit(code: code)
    }

    /// `proc_raise`: a signal that is ignored by default does nothing, any other ends the guest.
    package func procRaise(signal: UInt32) throws(WASIFailure) {
        // WASI's numbers: pipe 13, chld 16, cont 17, urg 22, winch 27; none is 0; the last is 30.
        guard let number = UInt8(exactly: signal), number <= 30 else { throw .errno(.inval) }
        switch number {
        case 0, 13, 16, 17, 22, 27: return
        case 18, 19, 20, 21: throw .errno(.notsup)  // Nobody could make it go on again.
        default: throw .exit(.raised(signal: number))
        }
    }
}
