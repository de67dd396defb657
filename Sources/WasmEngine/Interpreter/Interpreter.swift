internal import CPlatform

/// Runs translated code: one `switch` in one loop over raw pointers.
///
/// The loop keeps five things in registers: where the code and the frame are, the memory's base and
/// size, and the instance's context. Nothing in it allocates or counts references. What is rare or
/// large lives in functions beside it (`Interpreter+….swift`), which get the instruction, frame and
/// context, and answer with a ``TrapCode``.
@safe
enum Interpreter {
    /// Runs a function of an instance until it returns to the host.
    ///
    /// - Parameters:
    ///   - entry: the function's code entry.
    ///   - slots: where its arguments lie and its results will; a frame header fits behind them.
    ///   - headerSlot: the header's position: the larger count of argument and result slots.
    /// - Returns: ``TrapCode/none``, or why it ended, with the place in the execution state.
    static func run(
        entry: UnsafeMutablePointer<CodeEntry>, slots: Slots, headerSlot: Int,
        context startContext: UnsafeMutablePointer<InstanceContext>,
        state: UnsafeMutablePointer<ExecutionState>
    ) -> TrapCode {
        let start = unsafe entry.pointee.code
        unsafe state.pointee.trapCode = start
        unsafe state.pointee.trapFrame = nil
        unsafe state.pointee.trapContext = startContext
        guard unsafe enter(start, slots, startContext) else { return .stackExhausted }
        let exit = unsafe Code(exitCode)
        unsafe slots.link(headerSlot, after: exit, words: 0, caller: slots, unsafe startContext)
        var code = unsafe Code(start)
        var frame = slots
        var context = unsafe startContext
        while true {
            var fault: (address: UInt, width: UInt) = (0, 0)
            unsafe state.pointee.trapAddress = 0
            unsafe state.pointee.trapWidth = 0
            let reason = unsafe loop(&code, &frame, &context, &fault)
            if reason == .none { return .none }
            unsafe state.pointee.trapCode = code.address
            unsafe state.pointee.trapFrame = frame.base
            unsafe state.pointee.trapContext = context
            if fault != (0, 0) {
                unsafe state.pointee.trapAddress = UInt64(fault.address)
                unsafe state.pointee.trapWidth = UInt64(fault.width)
            }
            if reason == .uncaughtException {
                guard let landing = unsafe findHandler(state) else { return reason }
                (code, frame) = (landing.code, landing.frame)
                unsafe context = landing.context
                continue
            }
            // Another thread may have grown a shared memory since its size was read.
            let memory = unsafe Memory(context)
            guard reason == .memoryOutOfBounds, fault.width > 0,
                memory.holds(fault.address, fault.width)
            else { return reason }
        }
    }

    /// The loop itself; leaves where it stopped in its arguments.
    @inline(never)
    private static func loop(
        _ outerCode: inout Code, _ outerFrame: inout Slots,
        _ outerContext: inout UnsafeMutablePointer<InstanceContext>,
        _ outerFault: inout (address: UInt, width: UInt)
    ) -> TrapCode {
        var code = outerCode
        var frame = outerFrame
        var context = unsafe outerContext
        var memory = unsafe Memory(context)
        // Accesses of memory that fault leave this as it is; nothing else may, unless it breaks.
        var reason = TrapCode.memoryOutOfBounds
        run: while true {
            switch code.operation {

            // Moves.
            case .copy:
                frame[code.a] = frame[code.b]
                code.advance(1)
            case .copy2:
                frame[code.a] = frame[code.b]
                frame[code.c] = frame[code.u16(8)]
                code.advance(2)
            case .copy3:
                frame[code.a] = frame[code.b]
                frame[code.c] = frame[code.u16(8)]
                frame[code.u16(10)] = frame[code.u16(12)]
                code.advance(2)
            case .copyVector:
                frame.setVector(code.a, frame.vector(code.b, U64x2.self))
                code.advance(1)
            case .const32:
                frame[code.a] = UInt64(code.u32(4))
                code.advance(1)
            case .const64:
                frame[code.a] = code.u64(8)
                code.advance(2)
            case .constVector:
                frame.setVector(code.a, code.vector(8))
                code.advance(3)
            case .select:
                frame[code.a] = frame.u32(code.u16(8)) != 0 ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectVector:
                let chosen = frame.u32(code.u16(8)) != 0 ? code.b : code.c
                frame.setVector(code.a, frame.vector(chosen, U64x2.self))
                code.advance(2)
            case .globalGet:
                frame[code.a] = unsafe global(context, code.u32(4))[0]
                code.advance(1)
            case .globalSet:
                unsafe global(context, code.u32(4))[0] = frame[code.a]
                code.advance(1)
            case .globalGetIndirect:
                frame[code.a] = unsafe context.pointee.globals[Int(code.u32(4))][0]
                code.advance(1)
            case .globalSetIndirect:
                unsafe context.pointee.globals[Int(code.u32(4))][0] = frame[code.a]
                code.advance(1)
            case .globalGetVector:
                let global = unsafe context.pointee.globals[Int(code.u32(4))]
                frame.setVector(code.a, global.vector(0, U64x2.self))
                code.advance(1)
            case .globalSetVector:
                let global = unsafe context.pointee.globals[Int(code.u32(4))]
                global.setVector(0, frame.vector(code.a, U64x2.self))
                code.advance(1)

            // i32 arithmetic of two slots.
            case .i32Add:
                frame.set(code.a, frame.u32(code.b) &+ frame.u32(code.c))
                code.advance(1)
            case .i32Sub:
                frame.set(code.a, frame.u32(code.b) &- frame.u32(code.c))
                code.advance(1)
            case .i32Mul:
                frame.set(code.a, frame.u32(code.b) &* frame.u32(code.c))
                code.advance(1)
            case .i32And:
                frame.set(code.a, frame.u32(code.b) & frame.u32(code.c))
                code.advance(1)
            case .i32Or:
                frame.set(code.a, frame.u32(code.b) | frame.u32(code.c))
                code.advance(1)
            case .i32Xor:
                frame.set(code.a, frame.u32(code.b) ^ frame.u32(code.c))
                code.advance(1)
            case .i32Shl:
                frame.set(code.a, frame.u32(code.b) &<< frame.u32(code.c))
                code.advance(1)
            case .i32ShrS:
                frame.set(
                    code.a,
                    UInt32(
                        bitPattern: Int32(bitPattern: frame.u32(code.b))
                            &>> Int32(bitPattern: frame.u32(code.c))))
                code.advance(1)
            case .i32ShrU:
                frame.set(code.a, frame.u32(code.b) &>> frame.u32(code.c))
                code.advance(1)
            case .i32Rotl:
                frame.set(code.a, frame.u32(code.b).rotated(left: frame.u32(code.c)))
                code.advance(1)
            case .i32Rotr:
                frame.set(code.a, frame.u32(code.b).rotated(right: frame.u32(code.c)))
                code.advance(1)
            case .i32DivS:
                let divisor = frame.u32(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                let dividend = Int32(bitPattern: frame.u32(code.b))
                let (quotient, overflow) = dividend.dividedReportingOverflow(
                    by: Int32(bitPattern: divisor))
                guard !overflow else {
                    reason = .integerOverflow
                    break run
                }
                frame.set(code.a, UInt32(bitPattern: quotient))
                code.advance(1)
            case .i32DivU:
                let divisor = frame.u32(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                frame.set(code.a, frame.u32(code.b) / divisor)
                code.advance(1)
            case .i32RemS:
                let divisor = frame.u32(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                let dividend = Int32(bitPattern: frame.u32(code.b))
                let remainder =
                    Int32(bitPattern: divisor) == -1 ? 0 : dividend % Int32(bitPattern: divisor)
                frame.set(code.a, UInt32(bitPattern: remainder))
                code.advance(1)
            case .i32RemU:
                let divisor = frame.u32(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                frame.set(code.a, frame.u32(code.b) % divisor)
                code.advance(1)

            // i32 arithmetic of a slot and a constant.
            case .i32AddConstant:
                frame.set(code.a, frame.u32(code.b) &+ code.u32(8))
                code.advance(2)
            case .i32SubFromConstant:
                frame.set(code.a, code.u32(8) &- frame.u32(code.b))
                code.advance(2)
            case .i32MulConstant:
                frame.set(code.a, frame.u32(code.b) &* code.u32(8))
                code.advance(2)
            case .i32AndConstant:
                frame.set(code.a, frame.u32(code.b) & code.u32(8))
                code.advance(2)
            case .i32OrConstant:
                frame.set(code.a, frame.u32(code.b) | code.u32(8))
                code.advance(2)
            case .i32XorConstant:
                frame.set(code.a, frame.u32(code.b) ^ code.u32(8))
                code.advance(2)
            case .i32ShlConstant:
                frame.set(code.a, frame.u32(code.b) &<< code.u32(8))
                code.advance(2)
            case .i32ShrSConstant:
                frame.set(
                    code.a,
                    UInt32(
                        bitPattern: Int32(bitPattern: frame.u32(code.b))
                            &>> Int32(bitPattern: code.u32(8))))
                code.advance(2)
            case .i32ShrUConstant:
                frame.set(code.a, frame.u32(code.b) &>> code.u32(8))
                code.advance(2)
            case .i32RotlConstant:
                frame.set(code.a, frame.u32(code.b).rotated(left: code.u32(8)))
                code.advance(2)
            case .i32DivSConstant:
                frame.set(
                    code.a,
                    UInt32(
                        bitPattern: Int32(bitPattern: frame.u32(code.b)).quotient(
                            dividingByNonzero: Int32(bitPattern: code.u32(8)))))
                code.advance(2)
            case .i32DivUConstant:
                frame.set(code.a, frame.u32(code.b).quotient(dividingByNonzero: code.u32(8)))
                code.advance(2)
            case .i32RemSConstant:
                frame.set(
                    code.a,
                    UInt32(
                        bitPattern: Int32(bitPattern: frame.u32(code.b)).remainder(
                            dividingByNonzero: Int32(bitPattern: code.u32(8)))))
                code.advance(2)
            case .i32RemUConstant:
                frame.set(code.a, frame.u32(code.b).remainder(dividingByNonzero: code.u32(8)))
                code.advance(2)

            // i32 of one slot.
            case .i32Clz:
                frame.set(code.a, UInt32(truncatingIfNeeded: frame.u32(code.b).leadingZeroBitCount))
                code.advance(1)
            case .i32Ctz:
                frame.set(
                    code.a, UInt32(truncatingIfNeeded: frame.u32(code.b).trailingZeroBitCount))
                code.advance(1)
            case .i32Popcnt:
                frame.set(code.a, UInt32(truncatingIfNeeded: frame.u32(code.b).nonzeroBitCount))
                code.advance(1)
            case .i32Extend8S:
                frame.set(
                    code.a, UInt32(truncatingIfNeeded: Int8(truncatingIfNeeded: frame.u32(code.b))))
                code.advance(1)
            case .i32Extend16S:
                frame.set(
                    code.a, UInt32(truncatingIfNeeded: Int16(truncatingIfNeeded: frame.u32(code.b)))
                )
                code.advance(1)
            case .i32WrapI64:
                frame.set(code.a, frame.u32(code.b))
                code.advance(1)

            // i32 comparisons.
            case .i32Eq:
                frame.set(code.a, frame.u32(code.b) == frame.u32(code.c))
                code.advance(1)
            case .i32Ne:
                frame.set(code.a, frame.u32(code.b) != frame.u32(code.c))
                code.advance(1)
            case .i32LtS:
                frame.set(
                    code.a,
                    Int32(bitPattern: frame.u32(code.b)) < Int32(bitPattern: frame.u32(code.c)))
                code.advance(1)
            case .i32LtU:
                frame.set(code.a, frame.u32(code.b) < frame.u32(code.c))
                code.advance(1)
            case .i32LeS:
                frame.set(
                    code.a,
                    Int32(bitPattern: frame.u32(code.b)) <= Int32(bitPattern: frame.u32(code.c)))
                code.advance(1)
            case .i32LeU:
                frame.set(code.a, frame.u32(code.b) <= frame.u32(code.c))
                code.advance(1)
            case .i32EqConstant:
                frame.set(code.a, frame.u32(code.b) == code.u32(8))
                code.advance(2)
            case .i32NeConstant:
                frame.set(code.a, frame.u32(code.b) != code.u32(8))
                code.advance(2)
            case .i32LtSConstant:
                frame.set(
                    code.a, Int32(bitPattern: frame.u32(code.b)) < Int32(bitPattern: code.u32(8)))
                code.advance(2)
            case .i32LtUConstant:
                frame.set(code.a, frame.u32(code.b) < code.u32(8))
                code.advance(2)
            case .i32GtSConstant:
                frame.set(
                    code.a, Int32(bitPattern: frame.u32(code.b)) > Int32(bitPattern: code.u32(8)))
                code.advance(2)
            case .i32GtUConstant:
                frame.set(code.a, frame.u32(code.b) > code.u32(8))
                code.advance(2)

            // Branches on i32 comparisons.
            case .branchI32Eq:
                code.branch(if: frame.u32(code.a) == frame.u32(code.b), at: 12, otherwise: 2)
            case .branchI32Ne:
                code.branch(if: frame.u32(code.a) != frame.u32(code.b), at: 12, otherwise: 2)
            case .branchI32LtS:
                code.branch(
                    if: Int32(bitPattern: frame.u32(code.a)) < Int32(bitPattern: frame.u32(code.b)),
                    at: 12, otherwise: 2)
            case .branchI32LtU:
                code.branch(if: frame.u32(code.a) < frame.u32(code.b), at: 12, otherwise: 2)
            case .branchI32LeS:
                code.branch(
                    if: Int32(bitPattern: frame.u32(code.a))
                        <= Int32(bitPattern: frame.u32(code.b)), at: 12, otherwise: 2)
            case .branchI32LeU:
                code.branch(if: frame.u32(code.a) <= frame.u32(code.b), at: 12, otherwise: 2)
            case .branchI32EqConstant:
                code.branch(if: frame.u32(code.a) == code.u32(8), at: 12, otherwise: 2)
            case .branchI32NeConstant:
                code.branch(if: frame.u32(code.a) != code.u32(8), at: 12, otherwise: 2)
            case .branchI32LtSConstant:
                code.branch(
                    if: Int32(bitPattern: frame.u32(code.a)) < Int32(bitPattern: code.u32(8)),
                    at: 12, otherwise: 2)
            case .branchI32LtUConstant:
                code.branch(if: frame.u32(code.a) < code.u32(8), at: 12, otherwise: 2)
            case .branchI32GtSConstant:
                code.branch(
                    if: Int32(bitPattern: frame.u32(code.a)) > Int32(bitPattern: code.u32(8)),
                    at: 12, otherwise: 2)
            case .branchI32GtUConstant:
                code.branch(if: frame.u32(code.a) > code.u32(8), at: 12, otherwise: 2)

            // i64 arithmetic of two slots.
            case .i64Add:
                frame.set(code.a, frame.u64(code.b) &+ frame.u64(code.c))
                code.advance(1)
            case .i64Sub:
                frame.set(code.a, frame.u64(code.b) &- frame.u64(code.c))
                code.advance(1)
            case .i64Mul:
                frame.set(code.a, frame.u64(code.b) &* frame.u64(code.c))
                code.advance(1)
            case .i64And:
                frame.set(code.a, frame.u64(code.b) & frame.u64(code.c))
                code.advance(1)
            case .i64Or:
                frame.set(code.a, frame.u64(code.b) | frame.u64(code.c))
                code.advance(1)
            case .i64Xor:
                frame.set(code.a, frame.u64(code.b) ^ frame.u64(code.c))
                code.advance(1)
            case .i64Shl:
                frame.set(code.a, frame.u64(code.b) &<< frame.u64(code.c))
                code.advance(1)
            case .i64ShrS:
                frame.set(
                    code.a,
                    UInt64(
                        bitPattern: Int64(bitPattern: frame.u64(code.b))
                            &>> Int64(bitPattern: frame.u64(code.c))))
                code.advance(1)
            case .i64ShrU:
                frame.set(code.a, frame.u64(code.b) &>> frame.u64(code.c))
                code.advance(1)
            case .i64Rotl:
                frame.set(code.a, frame.u64(code.b).rotated(left: frame.u64(code.c)))
                code.advance(1)
            case .i64Rotr:
                frame.set(code.a, frame.u64(code.b).rotated(right: frame.u64(code.c)))
                code.advance(1)
            case .i64DivS:
                let divisor = frame.u64(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                let dividend = Int64(bitPattern: frame.u64(code.b))
                let (quotient, overflow) = dividend.dividedReportingOverflow(
                    by: Int64(bitPattern: divisor))
                guard !overflow else {
                    reason = .integerOverflow
                    break run
                }
                frame.set(code.a, UInt64(bitPattern: quotient))
                code.advance(1)
            case .i64DivU:
                let divisor = frame.u64(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                frame.set(code.a, frame.u64(code.b) / divisor)
                code.advance(1)
            case .i64RemS:
                let divisor = frame.u64(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                let dividend = Int64(bitPattern: frame.u64(code.b))
                let remainder =
                    Int64(bitPattern: divisor) == -1 ? 0 : dividend % Int64(bitPattern: divisor)
                frame.set(code.a, UInt64(bitPattern: remainder))
                code.advance(1)
            case .i64RemU:
                let divisor = frame.u64(code.c)
                guard divisor != 0 else {
                    reason = .integerDivideByZero
                    break run
                }
                frame.set(code.a, frame.u64(code.b) % divisor)
                code.advance(1)

            // i64 arithmetic of a slot and a constant.
            case .i64AddConstant:
                frame.set(code.a, frame.u64(code.b) &+ code.u64(8))
                code.advance(2)
            case .i64SubFromConstant:
                frame.set(code.a, code.u64(8) &- frame.u64(code.b))
                code.advance(2)
            case .i64MulConstant:
                frame.set(code.a, frame.u64(code.b) &* code.u64(8))
                code.advance(2)
            case .i64AndConstant:
                frame.set(code.a, frame.u64(code.b) & code.u64(8))
                code.advance(2)
            case .i64OrConstant:
                frame.set(code.a, frame.u64(code.b) | code.u64(8))
                code.advance(2)
            case .i64XorConstant:
                frame.set(code.a, frame.u64(code.b) ^ code.u64(8))
                code.advance(2)
            case .i64ShlConstant:
                frame.set(code.a, frame.u64(code.b) &<< code.u64(8))
                code.advance(2)
            case .i64ShrSConstant:
                frame.set(
                    code.a,
                    UInt64(
                        bitPattern: Int64(bitPattern: frame.u64(code.b))
                            &>> Int64(bitPattern: code.u64(8))))
                code.advance(2)
            case .i64ShrUConstant:
                frame.set(code.a, frame.u64(code.b) &>> code.u64(8))
                code.advance(2)
            case .i64RotlConstant:
                frame.set(code.a, frame.u64(code.b).rotated(left: code.u64(8)))
                code.advance(2)
            case .i64DivSConstant:
                frame.set(
                    code.a,
                    UInt64(
                        bitPattern: Int64(bitPattern: frame.u64(code.b)).quotient(
                            dividingByNonzero: Int64(bitPattern: code.u64(8)))))
                code.advance(2)
            case .i64DivUConstant:
                frame.set(code.a, frame.u64(code.b).quotient(dividingByNonzero: code.u64(8)))
                code.advance(2)
            case .i64RemSConstant:
                frame.set(
                    code.a,
                    UInt64(
                        bitPattern: Int64(bitPattern: frame.u64(code.b)).remainder(
                            dividingByNonzero: Int64(bitPattern: code.u64(8)))))
                code.advance(2)
            case .i64RemUConstant:
                frame.set(code.a, frame.u64(code.b).remainder(dividingByNonzero: code.u64(8)))
                code.advance(2)

            // i64 of one slot.
            case .i64Clz:
                frame.set(code.a, UInt64(truncatingIfNeeded: frame.u64(code.b).leadingZeroBitCount))
                code.advance(1)
            case .i64Ctz:
                frame.set(
                    code.a, UInt64(truncatingIfNeeded: frame.u64(code.b).trailingZeroBitCount))
                code.advance(1)
            case .i64Popcnt:
                frame.set(code.a, UInt64(truncatingIfNeeded: frame.u64(code.b).nonzeroBitCount))
                code.advance(1)
            case .i64Extend8S:
                frame.set(
                    code.a, UInt64(truncatingIfNeeded: Int8(truncatingIfNeeded: frame.u64(code.b))))
                code.advance(1)
            case .i64Extend16S:
                frame.set(
                    code.a, UInt64(truncatingIfNeeded: Int16(truncatingIfNeeded: frame.u64(code.b)))
                )
                code.advance(1)
            case .i64Extend32S:
                frame.set(
                    code.a, UInt64(truncatingIfNeeded: Int32(truncatingIfNeeded: frame.u64(code.b)))
                )
                code.advance(1)

            // i64 comparisons.
            case .i64Eq:
                frame.set(code.a, frame.u64(code.b) == frame.u64(code.c))
                code.advance(1)
            case .i64Ne:
                frame.set(code.a, frame.u64(code.b) != frame.u64(code.c))
                code.advance(1)
            case .i64LtS:
                frame.set(
                    code.a,
                    Int64(bitPattern: frame.u64(code.b)) < Int64(bitPattern: frame.u64(code.c)))
                code.advance(1)
            case .i64LtU:
                frame.set(code.a, frame.u64(code.b) < frame.u64(code.c))
                code.advance(1)
            case .i64LeS:
                frame.set(
                    code.a,
                    Int64(bitPattern: frame.u64(code.b)) <= Int64(bitPattern: frame.u64(code.c)))
                code.advance(1)
            case .i64LeU:
                frame.set(code.a, frame.u64(code.b) <= frame.u64(code.c))
                code.advance(1)
            case .i64EqConstant:
                frame.set(code.a, frame.u64(code.b) == code.u64(8))
                code.advance(2)
            case .i64NeConstant:
                frame.set(code.a, frame.u64(code.b) != code.u64(8))
                code.advance(2)
            case .i64LtSConstant:
                frame.set(
                    code.a, Int64(bitPattern: frame.u64(code.b)) < Int64(bitPattern: code.u64(8)))
                code.advance(2)
            case .i64LtUConstant:
                frame.set(code.a, frame.u64(code.b) < code.u64(8))
                code.advance(2)
            case .i64GtSConstant:
                frame.set(
                    code.a, Int64(bitPattern: frame.u64(code.b)) > Int64(bitPattern: code.u64(8)))
                code.advance(2)
            case .i64GtUConstant:
                frame.set(code.a, frame.u64(code.b) > code.u64(8))
                code.advance(2)

            // Branches on i64 comparisons.
            case .branchI64Eq:
                code.branch(if: frame.u64(code.a) == frame.u64(code.b), at: 12, otherwise: 2)
            case .branchI64Ne:
                code.branch(if: frame.u64(code.a) != frame.u64(code.b), at: 12, otherwise: 2)
            case .branchI64LtS:
                code.branch(
                    if: Int64(bitPattern: frame.u64(code.a)) < Int64(bitPattern: frame.u64(code.b)),
                    at: 12, otherwise: 2)
            case .branchI64LtU:
                code.branch(if: frame.u64(code.a) < frame.u64(code.b), at: 12, otherwise: 2)
            case .branchI64LeS:
                code.branch(
                    if: Int64(bitPattern: frame.u64(code.a))
                        <= Int64(bitPattern: frame.u64(code.b)), at: 12, otherwise: 2)
            case .branchI64LeU:
                code.branch(if: frame.u64(code.a) <= frame.u64(code.b), at: 12, otherwise: 2)
            case .branchI64EqConstant:
                code.branch(
                    if: frame.u64(code.a)
                        == UInt64(bitPattern: Int64(Int32(bitPattern: code.u32(8)))), at: 12,
                    otherwise: 2)
            case .branchI64NeConstant:
                code.branch(
                    if: frame.u64(code.a)
                        != UInt64(bitPattern: Int64(Int32(bitPattern: code.u32(8)))), at: 12,
                    otherwise: 2)
            case .branchI64LtSConstant:
                code.branch(
                    if: Int64(bitPattern: frame.u64(code.a))
                        < Int64(
                            bitPattern: UInt64(bitPattern: Int64(Int32(bitPattern: code.u32(8))))),
                    at: 12, otherwise: 2)
            case .branchI64LtUConstant:
                code.branch(
                    if: frame.u64(code.a)
                        < UInt64(bitPattern: Int64(Int32(bitPattern: code.u32(8)))), at: 12,
                    otherwise: 2)
            case .branchI64GtSConstant:
                code.branch(
                    if: Int64(bitPattern: frame.u64(code.a))
                        > Int64(
                            bitPattern: UInt64(bitPattern: Int64(Int32(bitPattern: code.u32(8))))),
                    at: 12, otherwise: 2)
            case .branchI64GtUConstant:
                code.branch(
                    if: frame.u64(code.a)
                        > UInt64(bitPattern: Int64(Int32(bitPattern: code.u32(8)))), at: 12,
                    otherwise: 2)

            // Branches.
            case .branch:
                code.jump(at: 4)
            case .branchIfZero:
                code.branch(if: frame.u32(code.a) == 0, at: 4, otherwise: 1)
            case .branchIfNonzero:
                code.branch(if: frame.u32(code.a) != 0, at: 4, otherwise: 1)
            case .branchIfNull:
                code.branch(if: frame[code.a] == 0, at: 4, otherwise: 1)
            case .branchIfNotNull:
                code.branch(if: frame[code.a] != 0, at: 4, otherwise: 1)
            case .branchIfNoBits:
                code.branch(if: frame.u32(code.a) & code.u32(8) == 0, at: 12, otherwise: 2)
            case .branchIfBits:
                code.branch(if: frame.u32(code.a) & code.u32(8) != 0, at: 12, otherwise: 2)
            case .branchTable:
                let index = min(frame.u32(code.a), code.u32(4))
                code.jumpTable(index)

            // Loop ends: add to a counter, store it, compare and branch.
            case .addBranchIfNonzero:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(if: counter != 0, at: 12, otherwise: 2)
            case .addBranchNe:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(if: counter != frame.u32(code.u16(8)), at: 12, otherwise: 2)
            case .addBranchLtS:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(
                    if: Int32(bitPattern: counter) < Int32(bitPattern: frame.u32(code.u16(8))),
                    at: 12, otherwise: 2)
            case .addBranchLtU:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(if: counter < frame.u32(code.u16(8)), at: 12, otherwise: 2)
            case .addBranchNeConstant:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(if: counter != code.u32(8), at: 12, otherwise: 2)
            case .addBranchLtSConstant:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(
                    if: Int32(bitPattern: counter) < Int32(bitPattern: code.u32(8)), at: 12,
                    otherwise: 2)
            case .addBranchLtUConstant:
                let counter = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, counter)
                code.branch(if: counter < code.u32(8), at: 12, otherwise: 2)
            case .add2:
                let first = frame.u32(code.b) &+ UInt32(truncatingIfNeeded: code.i16(6))
                frame.set(code.a, first)
                frame.set(
                    code.u16(8), frame.u32(code.u16(10)) &+ UInt32(truncatingIfNeeded: code.i16(12))
                )
                code.advance(2)

            // f32 arithmetic.
            case .f32Add:
                frame.set(code.a, frame.f32(code.b) + frame.f32(code.c))
                code.advance(1)
            case .f32Sub:
                frame.set(code.a, frame.f32(code.b) - frame.f32(code.c))
                code.advance(1)
            case .f32Mul:
                frame.set(code.a, frame.f32(code.b) * frame.f32(code.c))
                code.advance(1)
            case .f32Div:
                frame.set(code.a, frame.f32(code.b) / frame.f32(code.c))
                code.advance(1)
            case .f32Min:
                frame.set(code.a, FloatRules.minimum(frame.f32(code.b), frame.f32(code.c)))
                code.advance(1)
            case .f32Max:
                frame.set(code.a, FloatRules.maximum(frame.f32(code.b), frame.f32(code.c)))
                code.advance(1)
            case .f32Copysign:
                frame.set(code.a, Float(signOf: frame.f32(code.c), magnitudeOf: frame.f32(code.b)))
                code.advance(1)
            case .f32AddConstant:
                frame.set(code.a, frame.f32(code.b) + Float(bitPattern: code.u32(8)))
                code.advance(2)
            case .f32MulConstant:
                frame.set(code.a, frame.f32(code.b) * Float(bitPattern: code.u32(8)))
                code.advance(2)
            case .f32DivConstant:
                frame.set(code.a, frame.f32(code.b) / Float(bitPattern: code.u32(8)))
                code.advance(2)
            case .f32SubFromConstant:
                frame.set(code.a, Float(bitPattern: code.u32(8)) - frame.f32(code.b))
                code.advance(2)
            case .f32DivFromConstant:
                frame.set(code.a, Float(bitPattern: code.u32(8)) / frame.f32(code.b))
                code.advance(2)
            case .f32Neg:
                frame.set(code.a, frame.u32(code.b) ^ 0x8000_0000)
                code.advance(1)
            case .f32Abs:
                frame.set(code.a, frame.u32(code.b) & 0x7FFF_FFFF)
                code.advance(1)
            case .f32Sqrt:
                frame.set(code.a, frame.f32(code.b).squareRoot())
                code.advance(1)
            case .f32Ceil:
                frame.set(code.a, FloatRules.ceil(frame.f32(code.b)))
                code.advance(1)
            case .f32Floor:
                frame.set(code.a, FloatRules.floor(frame.f32(code.b)))
                code.advance(1)
            case .f32Trunc:
                frame.set(code.a, FloatRules.trunc(frame.f32(code.b)))
                code.advance(1)
            case .f32Nearest:
                frame.set(code.a, FloatRules.nearest(frame.f32(code.b)))
                code.advance(1)
            case .f32Canonicalize:
                frame.set(code.a, FloatRules.canonicalized(frame.f32(code.a)))
                code.advance(1)

            // f32 comparisons and branches on them.
            case .f32Eq:
                frame.set(code.a, frame.f32(code.b) == frame.f32(code.c))
                code.advance(1)
            case .f32Ne:
                frame.set(code.a, frame.f32(code.b) != frame.f32(code.c))
                code.advance(1)
            case .f32Lt:
                frame.set(code.a, frame.f32(code.b) < frame.f32(code.c))
                code.advance(1)
            case .f32Le:
                frame.set(code.a, frame.f32(code.b) <= frame.f32(code.c))
                code.advance(1)
            case .branchF32Eq:
                code.branch(if: frame.f32(code.a) == frame.f32(code.b), at: 12, otherwise: 2)
            case .branchF32Ne:
                code.branch(if: frame.f32(code.a) != frame.f32(code.b), at: 12, otherwise: 2)
            case .branchF32Lt:
                code.branch(if: frame.f32(code.a) < frame.f32(code.b), at: 12, otherwise: 2)
            case .branchF32Le:
                code.branch(if: frame.f32(code.a) <= frame.f32(code.b), at: 12, otherwise: 2)
            case .branchF32NotLt:
                code.branch(if: !(frame.f32(code.a) < frame.f32(code.b)), at: 12, otherwise: 2)
            case .branchF32NotLe:
                code.branch(if: !(frame.f32(code.a) <= frame.f32(code.b)), at: 12, otherwise: 2)

            // f64 arithmetic.
            case .f64Add:
                frame.set(code.a, frame.f64(code.b) + frame.f64(code.c))
                code.advance(1)
            case .f64Sub:
                frame.set(code.a, frame.f64(code.b) - frame.f64(code.c))
                code.advance(1)
            case .f64Mul:
                frame.set(code.a, frame.f64(code.b) * frame.f64(code.c))
                code.advance(1)
            case .f64Div:
                frame.set(code.a, frame.f64(code.b) / frame.f64(code.c))
                code.advance(1)
            case .f64Min:
                frame.set(code.a, FloatRules.minimum(frame.f64(code.b), frame.f64(code.c)))
                code.advance(1)
            case .f64Max:
                frame.set(code.a, FloatRules.maximum(frame.f64(code.b), frame.f64(code.c)))
                code.advance(1)
            case .f64Copysign:
                frame.set(code.a, Double(signOf: frame.f64(code.c), magnitudeOf: frame.f64(code.b)))
                code.advance(1)
            case .f64AddConstant:
                frame.set(code.a, frame.f64(code.b) + Double(bitPattern: code.u64(8)))
                code.advance(2)
            case .f64MulConstant:
                frame.set(code.a, frame.f64(code.b) * Double(bitPattern: code.u64(8)))
                code.advance(2)
            case .f64DivConstant:
                frame.set(code.a, frame.f64(code.b) / Double(bitPattern: code.u64(8)))
                code.advance(2)
            case .f64SubFromConstant:
                frame.set(code.a, Double(bitPattern: code.u64(8)) - frame.f64(code.b))
                code.advance(2)
            case .f64DivFromConstant:
                frame.set(code.a, Double(bitPattern: code.u64(8)) / frame.f64(code.b))
                code.advance(2)
            case .f64Neg:
                frame.set(code.a, frame.u64(code.b) ^ 0x8000_0000_0000_0000)
                code.advance(1)
            case .f64Abs:
                frame.set(code.a, frame.u64(code.b) & 0x7FFF_FFFF_FFFF_FFFF)
                code.advance(1)
            case .f64Sqrt:
                frame.set(code.a, frame.f64(code.b).squareRoot())
                code.advance(1)
            case .f64Ceil:
                frame.set(code.a, FloatRules.ceil(frame.f64(code.b)))
                code.advance(1)
            case .f64Floor:
                frame.set(code.a, FloatRules.floor(frame.f64(code.b)))
                code.advance(1)
            case .f64Trunc:
                frame.set(code.a, FloatRules.trunc(frame.f64(code.b)))
                code.advance(1)
            case .f64Nearest:
                frame.set(code.a, FloatRules.nearest(frame.f64(code.b)))
                code.advance(1)
            case .f64Canonicalize:
                frame.set(code.a, FloatRules.canonicalized(frame.f64(code.a)))
                code.advance(1)

            // f64 comparisons and branches on them.
            case .f64Eq:
                frame.set(code.a, frame.f64(code.b) == frame.f64(code.c))
                code.advance(1)
            case .f64Ne:
                frame.set(code.a, frame.f64(code.b) != frame.f64(code.c))
                code.advance(1)
            case .f64Lt:
                frame.set(code.a, frame.f64(code.b) < frame.f64(code.c))
                code.advance(1)
            case .f64Le:
                frame.set(code.a, frame.f64(code.b) <= frame.f64(code.c))
                code.advance(1)
            case .branchF64Eq:
                code.branch(if: frame.f64(code.a) == frame.f64(code.b), at: 12, otherwise: 2)
            case .branchF64Ne:
                code.branch(if: frame.f64(code.a) != frame.f64(code.b), at: 12, otherwise: 2)
            case .branchF64Lt:
                code.branch(if: frame.f64(code.a) < frame.f64(code.b), at: 12, otherwise: 2)
            case .branchF64Le:
                code.branch(if: frame.f64(code.a) <= frame.f64(code.b), at: 12, otherwise: 2)
            case .branchF64NotLt:
                code.branch(if: !(frame.f64(code.a) < frame.f64(code.b)), at: 12, otherwise: 2)
            case .branchF64NotLe:
                code.branch(if: !(frame.f64(code.a) <= frame.f64(code.b)), at: 12, otherwise: 2)

            // Fused f64 arithmetic: each operation rounds, so the results are those of the single instructions.
            case .f64MulAdd:
                frame.set(code.a, frame.f64(code.u16(8)) + frame.f64(code.b) * frame.f64(code.c))
                code.advance(2)
            case .f64MulSub:
                frame.set(code.a, frame.f64(code.b) * frame.f64(code.c) - frame.f64(code.u16(8)))
                code.advance(2)
            case .f64SubMul:
                frame.set(code.a, frame.f64(code.u16(8)) - frame.f64(code.b) * frame.f64(code.c))
                code.advance(2)
            case .f64MulConstantAdd:
                frame.set(
                    code.a, frame.f64(code.c) + frame.f64(code.b) * Double(bitPattern: code.u64(8)))
                code.advance(2)
            case .f64AddAdd:
                frame.set(code.a, frame.f64(code.b) + frame.f64(code.c) + frame.f64(code.u16(8)))
                code.advance(2)
            case .f64AddLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, frame.f64(code.b) + loaded)
                code.advance(2)
            case .f64SubLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, frame.f64(code.b) - loaded)
                code.advance(2)
            case .f64SubFromLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, loaded - frame.f64(code.b))
                code.advance(2)
            case .f64MulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, frame.f64(code.b) * loaded)
                code.advance(2)
            case .f64DivLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, frame.f64(code.b) / loaded)
                code.advance(2)
            case .f64DivFromLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, loaded / frame.f64(code.b))
                code.advance(2)
            case .f64MulConstantLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, loaded * Double(bitPattern: code.u64(16)))
                code.advance(3)
            case .f64MulLoadAdd:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, frame.f64(code.u16(16)) + frame.f64(code.b) * loaded)
                code.advance(3)
            case .f64SubMulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let loaded = memory.loadDouble(address)
                frame.set(code.a, frame.f64(code.u16(16)) - frame.f64(code.b) * loaded)
                code.advance(3)
            case .f64MulLoadLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let second = UInt(frame.u32(code.u16(24)) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(second, 8) else {
                    outerFault = (second, 8)
                    break run
                }
                let one = memory.loadDouble(address)
                let other = memory.loadDouble(second)
                frame.set(code.a, one * other)
                code.advance(4)
            case .f64AddLoadLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let second = UInt(frame.u32(code.u16(24)) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(second, 8) else {
                    outerFault = (second, 8)
                    break run
                }
                let one = memory.loadDouble(address)
                let other = memory.loadDouble(second)
                frame.set(code.a, one + other)
                code.advance(4)
            case .f64SubLoadLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let second = UInt(frame.u32(code.u16(24)) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(second, 8) else {
                    outerFault = (second, 8)
                    break run
                }
                let one = memory.loadDouble(address)
                let other = memory.loadDouble(second)
                frame.set(code.a, one - other)
                code.advance(4)
            case .f64AddTwoLoads:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let second = UInt(frame.u32(code.u16(24)) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(second, 8) else {
                    outerFault = (second, 8)
                    break run
                }
                let one = memory.loadDouble(address)
                let other = memory.loadDouble(second)
                frame.set(code.a, frame.f64(code.b) + one + other)
                code.advance(4)
            case .f64MulLoadLoadAdd:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let second = UInt(frame.u32(code.u16(24)) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(second, 8) else {
                    outerFault = (second, 8)
                    break run
                }
                let one = memory.loadDouble(address)
                let other = memory.loadDouble(second)
                frame.set(code.a, frame.f64(code.b) + one * other)
                code.advance(4)
            case .f64SubMulLoadLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let second = UInt(frame.u32(code.u16(24)) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(second, 8) else {
                    outerFault = (second, 8)
                    break run
                }
                let one = memory.loadDouble(address)
                let other = memory.loadDouble(second)
                frame.set(code.a, frame.f64(code.b) - one * other)
                code.advance(4)

            // f64 arithmetic that ends in a store.
            case .f64AddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.f64(code.a) + frame.f64(code.b), address)
                code.advance(2)
            case .f64SubStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.f64(code.a) - frame.f64(code.b), address)
                code.advance(2)
            case .f64MulStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.f64(code.a) * frame.f64(code.b), address)
                code.advance(2)
            case .f64DivStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.f64(code.a) / frame.f64(code.b), address)
                code.advance(2)
            case .f64MulAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(
                    frame.f64(code.u16(16)) + frame.f64(code.a) * frame.f64(code.b), address)
                code.advance(3)
            case .f64SubMulStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(
                    frame.f64(code.u16(16)) - frame.f64(code.a) * frame.f64(code.b), address)
                code.advance(3)
            case .f64MulConstantStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.f64(code.a) * Double(bitPattern: code.u64(16)), address)
                code.advance(3)
            case .f64MulConstantAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(
                    frame.f64(code.b) + frame.f64(code.a) * Double(bitPattern: code.u64(16)),
                    address)
                code.advance(3)
            case .f64AddLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 8) else {
                    outerFault = (source, 8)
                    break run
                }
                let loaded = memory.loadDouble(source)
                memory.store(frame.f64(code.a) + loaded, address)
                code.advance(3)
            case .f64SubLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 8) else {
                    outerFault = (source, 8)
                    break run
                }
                let loaded = memory.loadDouble(source)
                memory.store(frame.f64(code.a) - loaded, address)
                code.advance(3)
            case .f64MulLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 8) else {
                    outerFault = (source, 8)
                    break run
                }
                let loaded = memory.loadDouble(source)
                memory.store(frame.f64(code.a) * loaded, address)
                code.advance(3)
            case .f64MulLoadAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 8) else {
                    outerFault = (source, 8)
                    break run
                }
                let loaded = memory.loadDouble(source)
                memory.store(frame.f64(code.u16(24)) + frame.f64(code.a) * loaded, address)
                code.advance(4)
            case .f64SubMulLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 8) else {
                    outerFault = (source, 8)
                    break run
                }
                let loaded = memory.loadDouble(source)
                memory.store(frame.f64(code.u16(24)) - frame.f64(code.a) * loaded, address)
                code.advance(4)

            // Fused integer arithmetic.
            case .i32AddAdd:
                frame.set(code.a, frame.u32(code.b) &+ frame.u32(code.c) &+ frame.u32(code.u16(8)))
                code.advance(2)
            case .i32XorXor:
                frame.set(code.a, frame.u32(code.b) ^ frame.u32(code.c) ^ frame.u32(code.u16(8)))
                code.advance(2)
            case .i32RotlXor:
                frame.set(code.a, frame.u32(code.c) ^ frame.u32(code.b).rotated(left: code.u32(8)))
                code.advance(2)
            case .i32ShlAdd:
                frame.set(code.a, frame.u32(code.c) &+ (frame.u32(code.b) &<< code.u32(8)))
                code.advance(2)
            case .i32ShrUXor:
                frame.set(code.a, frame.u32(code.c) ^ (frame.u32(code.b) &>> code.u32(8)))
                code.advance(2)
            case .i32ShlXor:
                frame.set(code.a, frame.u32(code.c) ^ (frame.u32(code.b) &<< code.u32(8)))
                code.advance(2)
            case .i32ShlOr:
                frame.set(code.a, frame.u32(code.c) | (frame.u32(code.b) &<< code.u32(8)))
                code.advance(2)
            case .i64ShlOr:
                frame.set(code.a, frame.u64(code.c) | (frame.u64(code.b) &<< code.u64(8)))
                code.advance(2)
            case .globalAddTee:
                let cell = unsafe global(context, code.u32(4))
                let sum = UInt32(truncatingIfNeeded: cell[0]) &+ code.u32(8)
                cell[0] = UInt64(sum)
                frame.set(code.a, sum)
                code.advance(2)
            case .globalSetSum:
                unsafe global(context, code.u32(4))[0] = UInt64(frame.u32(code.a) &+ code.u32(8))
                code.advance(2)
            case .i32MulAdd:
                frame.set(code.a, frame.u32(code.u16(8)) &+ frame.u32(code.b) &* frame.u32(code.c))
                code.advance(2)
            case .i32MulConstantAdd:
                frame.set(code.a, frame.u32(code.c) &+ frame.u32(code.b) &* code.u32(8))
                code.advance(2)
            case .i32ShrUAnd:
                frame.set(code.a, frame.u32(code.b) &>> code.u32(8) & code.u32(12))
                code.advance(2)
            case .i32AddLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, frame.u32(code.b) &+ memory.load(UInt32.self, address))
                code.advance(2)
            case .i64MulAddConstants:
                frame.set(code.a, frame.u64(code.b) &* code.u64(8) &+ code.u64(16))
                code.advance(3)
            case .i32AddAndConstants:
                frame.set(code.a, (frame.u32(code.b) &+ code.u32(8)) & code.u32(12))
                code.advance(2)
            case .i32MulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                let loaded = memory.load(UInt32.self, address)
                frame.set(code.a, frame.u32(code.b) &* loaded)
                code.advance(2)
            case .i32MulLoadAdd:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                let loaded = memory.load(UInt32.self, address)
                frame.set(code.a, frame.u32(code.u16(16)) &+ frame.u32(code.b) &* loaded)
                code.advance(3)
            case .i32MulLoad16S:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                let loaded = UInt32(truncatingIfNeeded: memory.load(Int16.self, address))
                frame.set(code.a, frame.u32(code.b) &* loaded)
                code.advance(2)
            case .i32MulLoad16SAdd:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                let loaded = UInt32(truncatingIfNeeded: memory.load(Int16.self, address))
                frame.set(code.a, frame.u32(code.u16(16)) &+ frame.u32(code.b) &* loaded)
                code.advance(3)
            case .memoryAdd32:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(memory.load(UInt32.self, address) &+ code.u32(8), address)
                code.advance(2)
            case .load32Load32:
                let pointer = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(pointer, 4) else {
                    outerFault = (pointer, 4)
                    break run
                }
                let address = UInt(memory.load(UInt32.self, pointer)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(2)
            case .load32Load16U:
                let pointer = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(pointer, 4) else {
                    outerFault = (pointer, 4)
                    break run
                }
                let address = UInt(memory.load(UInt32.self, pointer)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(2)
            case .load32Load8U:
                let pointer = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(pointer, 4) else {
                    outerFault = (pointer, 4)
                    break run
                }
                let address = UInt(memory.load(UInt32.self, pointer)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(2)
            case .const32Pair:
                frame[code.a] = UInt64(code.u32(4))
                frame[code.u16(8)] = UInt64(code.u32(12))
                code.advance(2)

            // Comparisons that choose: a := comparison ? b : c.
            case .selectI32Eq:
                let isChosen = frame.u32(code.u16(8)) == frame.u32(code.u16(10))
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI32LtS:
                let isChosen =
                    Int32(bitPattern: frame.u32(code.u16(8)))
                    < Int32(bitPattern: frame.u32(code.u16(10)))
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI32LtU:
                let isChosen = frame.u32(code.u16(8)) < frame.u32(code.u16(10))
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI32EqConstant:
                let isChosen = frame.u32(code.u16(8)) == code.u32(12)
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI32LtSConstant:
                let isChosen =
                    Int32(bitPattern: frame.u32(code.u16(8))) < Int32(bitPattern: code.u32(12))
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI32LtUConstant:
                let isChosen = frame.u32(code.u16(8)) < code.u32(12)
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectBits:
                let isChosen = frame.u32(code.u16(8)) & code.u32(12) != 0
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI64Eq:
                let isChosen = frame[code.u16(8)] == frame[code.u16(10)]
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI64LtS:
                let isChosen =
                    Int64(bitPattern: frame[code.u16(8)]) < Int64(bitPattern: frame[code.u16(10)])
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectI64LtU:
                let isChosen = frame[code.u16(8)] < frame[code.u16(10)]
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)
            case .selectF64Lt:
                let isChosen = frame.f64(code.u16(8)) < frame.f64(code.u16(10))
                frame[code.a] = isChosen ? frame[code.b] : frame[code.c]
                code.advance(2)

            case .selectConstant:
                let isChosen = frame.u32(code.u16(8)) != 0
                frame[code.a] = isChosen ? UInt64(code.u32(12)) : frame[code.c]
                code.advance(2)
            case .selectOrConstant:
                let isChosen = frame.u32(code.u16(8)) != 0
                frame[code.a] = isChosen ? frame[code.b] : UInt64(code.u32(12))
                code.advance(2)
            case .selectI32EqConstants:
                let isChosen = frame.u32(code.b) == code.u32(8)
                frame[code.a] = UInt64(isChosen ? code.u32(16) : code.u32(20))
                code.advance(3)
            case .selectI32LtUConstants:
                let isChosen = frame.u32(code.b) < code.u32(8)
                frame[code.a] = UInt64(isChosen ? code.u32(16) : code.u32(20))
                code.advance(3)
            case .i32XorIfBits:
                let bits = frame.u32(code.u16(8)) ^ (frame.u32(code.c) &>> UInt32(code.u16(10)))
                let mask = bits & code.u32(12) != 0 ? code.u32(16) : 0
                frame.set(code.a, frame.u32(code.b) ^ mask)
                code.advance(3)

            // Loads that also keep the address they add up.
            case .load32AddTee:
                let sum = frame.u32(code.b) &+ frame.u32(code.c)
                let address = UInt(sum) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(2)
            case .load32AddConstantTee:
                let sum = frame.u32(code.b) &+ code.u32(8)
                let address = UInt(sum) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(2)
            case .load64AddTee:
                let sum = frame.u32(code.b) &+ frame.u32(code.c)
                let address = UInt(sum) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, memory.load(UInt64.self, address))
                code.advance(2)
            case .load64AddConstantTee:
                let sum = frame.u32(code.b) &+ code.u32(8)
                let address = UInt(sum) &+ UInt(code.c)
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, memory.load(UInt64.self, address))
                code.advance(2)
            case .load8UAddTee:
                let sum = frame.u32(code.b) &+ frame.u32(code.c)
                let address = UInt(sum) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(2)
            case .load8UAddConstantTee:
                let sum = frame.u32(code.b) &+ code.u32(8)
                let address = UInt(sum) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(2)
            case .load16UAddTee:
                let sum = frame.u32(code.b) &+ frame.u32(code.c)
                let address = UInt(sum) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(2)
            case .load16UAddConstantTee:
                let sum = frame.u32(code.b) &+ code.u32(8)
                let address = UInt(sum) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(2)
            case .load16S32AddTee:
                let sum = frame.u32(code.b) &+ frame.u32(code.c)
                let address = UInt(sum) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load16S32AddConstantTee:
                let sum = frame.u32(code.b) &+ code.u32(8)
                let address = UInt(sum) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)

            // Loads from memory 0: slot + 16-bit offset.
            case .load32:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(1)
            case .load64:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.set(code.a, memory.load(UInt64.self, address))
                code.advance(1)
            case .load8U:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(1)
            case .load8S32:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(1)
            case .load8S64:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(1)
            case .load16U:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(1)
            case .load16S32:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(1)
            case .load16S64:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(1)
            case .load32S64:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int32.self, address)))
                code.advance(1)

            // Loads: slot + 32-bit offset.
            case .load32Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(2)
            case .load64Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.set(code.a, memory.load(UInt64.self, address))
                code.advance(2)
            case .load8UFar:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(2)
            case .load8S32Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(2)
            case .load8S64Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(2)
            case .load16UFar:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(2)
            case .load16S32Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load16S64Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load32S64Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int32.self, address)))
                code.advance(2)

            // Loads: slot + (slot << shift) + 32-bit offset.
            case .load32Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(2)
            case .load64Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.set(code.a, memory.load(UInt64.self, address))
                code.advance(2)
            case .load8UIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(2)
            case .load8S32Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(2)
            case .load8S64Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(2)
            case .load16UIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(2)
            case .load16S32Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load16S64Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load32S64Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int32.self, address)))
                code.advance(2)

            // Loads: constant address.
            case .load32Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, memory.load(UInt32.self, address))
                code.advance(2)
            case .load64Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.set(code.a, memory.load(UInt64.self, address))
                code.advance(2)
            case .load8UAbsolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt8.self, address)))
                code.advance(2)
            case .load8S32Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(2)
            case .load8S64Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int8.self, address)))
                code.advance(2)
            case .load16UAbsolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(memory.load(UInt16.self, address)))
                code.advance(2)
            case .load16S32Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load16S64Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int16.self, address)))
                code.advance(2)
            case .load32S64Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.set(code.a, UInt64(truncatingIfNeeded: memory.load(Int32.self, address)))
                code.advance(2)

            // Stores to memory 0: slot + 16-bit offset.
            case .store32:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(frame.u32(code.a), address)
                code.advance(1)
            case .store64:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.u64(code.a), address)
                code.advance(1)
            case .store8:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(UInt8(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(1)
            case .store16:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(UInt16(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(1)

            // Stores: slot + 32-bit offset.
            case .store32Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(frame.u32(code.a), address)
                code.advance(2)
            case .store64Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.u64(code.a), address)
                code.advance(2)
            case .store8Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(UInt8(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(2)
            case .store16Far:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(UInt16(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(2)

            // Stores: slot + (slot << shift) + 32-bit offset.
            case .store32Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(frame.u32(code.a), address)
                code.advance(2)
            case .store64Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.u64(code.a), address)
                code.advance(2)
            case .store8Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(UInt8(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(2)
            case .store16Indexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(UInt16(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(2)

            // Stores: constant address.
            case .store32Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(frame.u32(code.a), address)
                code.advance(2)
            case .store64Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.u64(code.a), address)
                code.advance(2)
            case .store8Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(UInt8(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(2)
            case .store16Absolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(UInt16(truncatingIfNeeded: frame.u32(code.a)), address)
                code.advance(2)

            // Stores of a constant: slot + displacement + 32-bit offset.
            case .store32Constant:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(code.u32(16), address)
                code.advance(3)
            case .store64Constant:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(code.u64(16), address)
                code.advance(3)
            case .store8Constant:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(UInt8(truncatingIfNeeded: code.u32(16)), address)
                code.advance(3)
            case .store16Constant:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(UInt16(truncatingIfNeeded: code.u32(16)), address)
                code.advance(3)
            case .store32ConstantIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(code.u32(16), address)
                code.advance(3)
            case .store64ConstantIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(code.u64(16), address)
                code.advance(3)
            case .store8ConstantIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(UInt8(truncatingIfNeeded: code.u32(16)), address)
                code.advance(3)
            case .store16ConstantIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(UInt16(truncatingIfNeeded: code.u32(16)), address)
                code.advance(3)

            // Loads compared with a constant, to branch.
            case .branchLoad8UEq:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                code.branch(
                    if: UInt32(memory.load(UInt8.self, address)) == code.u32(8), at: 12,
                    otherwise: 2)
            case .branchLoad8UNe:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                code.branch(
                    if: UInt32(memory.load(UInt8.self, address)) != code.u32(8), at: 12,
                    otherwise: 2)
            case .branchLoad16UEq:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                code.branch(
                    if: UInt32(memory.load(UInt16.self, address)) == code.u32(8), at: 12,
                    otherwise: 2)
            case .branchLoad16UNe:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                code.branch(
                    if: UInt32(memory.load(UInt16.self, address)) != code.u32(8), at: 12,
                    otherwise: 2)
            case .branchLoad32Eq:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                code.branch(
                    if: memory.load(UInt32.self, address) == code.u32(8), at: 12, otherwise: 2)
            case .branchLoad32Ne:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                code.branch(
                    if: memory.load(UInt32.self, address) != code.u32(8), at: 12, otherwise: 2)
            case .load32BranchIfZero:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                let loaded = memory.load(UInt32.self, address)
                frame.set(code.a, loaded)
                code.branch(if: loaded == 0, at: 12, otherwise: 2)
            case .load32BranchIfNonzero:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                let loaded = memory.load(UInt32.self, address)
                frame.set(code.a, loaded)
                code.branch(if: loaded != 0, at: 12, otherwise: 2)

            // Conversions.
            case .i32TruncF32S:
                guard let value = FloatRules.truncate(frame.f32(code.b), to: Int32.self) else {
                    reason = FloatRules.truncationFault(frame.f32(code.b))
                    break run
                }
                frame.set(code.a, UInt32(bitPattern: value))
                code.advance(1)
            case .i32TruncSatF32S:
                frame.set(
                    code.a,
                    UInt32(bitPattern: FloatRules.saturate(frame.f32(code.b), to: Int32.self)))
                code.advance(1)
            case .i32TruncF32U:
                guard let value = FloatRules.truncate(frame.f32(code.b), to: UInt32.self) else {
                    reason = FloatRules.truncationFault(frame.f32(code.b))
                    break run
                }
                frame.set(code.a, value)
                code.advance(1)
            case .i32TruncSatF32U:
                frame.set(code.a, FloatRules.saturate(frame.f32(code.b), to: UInt32.self))
                code.advance(1)
            case .i64TruncF32S:
                guard let value = FloatRules.truncate(frame.f32(code.b), to: Int64.self) else {
                    reason = FloatRules.truncationFault(frame.f32(code.b))
                    break run
                }
                frame.set(code.a, UInt64(bitPattern: value))
                code.advance(1)
            case .i64TruncSatF32S:
                frame.set(
                    code.a,
                    UInt64(bitPattern: FloatRules.saturate(frame.f32(code.b), to: Int64.self)))
                code.advance(1)
            case .i64TruncF32U:
                guard let value = FloatRules.truncate(frame.f32(code.b), to: UInt64.self) else {
                    reason = FloatRules.truncationFault(frame.f32(code.b))
                    break run
                }
                frame.set(code.a, value)
                code.advance(1)
            case .i64TruncSatF32U:
                frame.set(code.a, FloatRules.saturate(frame.f32(code.b), to: UInt64.self))
                code.advance(1)
            case .i32TruncF64S:
                guard let value = FloatRules.truncate(frame.f64(code.b), to: Int32.self) else {
                    reason = FloatRules.truncationFault(frame.f64(code.b))
                    break run
                }
                frame.set(code.a, UInt32(bitPattern: value))
                code.advance(1)
            case .i32TruncSatF64S:
                frame.set(
                    code.a,
                    UInt32(bitPattern: FloatRules.saturate(frame.f64(code.b), to: Int32.self)))
                code.advance(1)
            case .i32TruncF64U:
                guard let value = FloatRules.truncate(frame.f64(code.b), to: UInt32.self) else {
                    reason = FloatRules.truncationFault(frame.f64(code.b))
                    break run
                }
                frame.set(code.a, value)
                code.advance(1)
            case .i32TruncSatF64U:
                frame.set(code.a, FloatRules.saturate(frame.f64(code.b), to: UInt32.self))
                code.advance(1)
            case .i64TruncF64S:
                guard let value = FloatRules.truncate(frame.f64(code.b), to: Int64.self) else {
                    reason = FloatRules.truncationFault(frame.f64(code.b))
                    break run
                }
                frame.set(code.a, UInt64(bitPattern: value))
                code.advance(1)
            case .i64TruncSatF64S:
                frame.set(
                    code.a,
                    UInt64(bitPattern: FloatRules.saturate(frame.f64(code.b), to: Int64.self)))
                code.advance(1)
            case .i64TruncF64U:
                guard let value = FloatRules.truncate(frame.f64(code.b), to: UInt64.self) else {
                    reason = FloatRules.truncationFault(frame.f64(code.b))
                    break run
                }
                frame.set(code.a, value)
                code.advance(1)
            case .i64TruncSatF64U:
                frame.set(code.a, FloatRules.saturate(frame.f64(code.b), to: UInt64.self))
                code.advance(1)
            case .f32ConvertI32S:
                frame.set(code.a, Float(Int32(bitPattern: frame.u32(code.b))))
                code.advance(1)
            case .f32ConvertI32U:
                frame.set(code.a, Float(frame.u32(code.b)))
                code.advance(1)
            case .f32ConvertI64S:
                frame.set(code.a, Float(Int64(bitPattern: frame.u64(code.b))))
                code.advance(1)
            case .f32ConvertI64U:
                frame.set(code.a, Float(frame.u64(code.b)))
                code.advance(1)
            case .f64ConvertI32S:
                frame.set(code.a, Double(Int32(bitPattern: frame.u32(code.b))))
                code.advance(1)
            case .f64ConvertI32U:
                frame.set(code.a, Double(frame.u32(code.b)))
                code.advance(1)
            case .f64ConvertI64S:
                frame.set(code.a, Double(Int64(bitPattern: frame.u64(code.b))))
                code.advance(1)
            case .f64ConvertI64U:
                frame.set(code.a, Double(frame.u64(code.b)))
                code.advance(1)
            case .f32DemoteF64:
                frame.set(code.a, Float(frame.f64(code.b)))
                code.advance(1)
            case .f64PromoteF32:
                frame.set(code.a, Double(frame.f32(code.b)))
                code.advance(1)

            // Calls and returns.
            case .call:
                let target = unsafe code.entry(8).pointee.code
                let callee = frame.from(code.a)
                guard unsafe enter(target, callee, context) else {
                    reason = .stackExhausted
                    break run
                }
                unsafe callee.link(code.b, after: code, words: 2, caller: frame, context)
                frame = callee
                code = unsafe Code(target)
            case .callImported:
                let record = unsafe context.pointee.importedFunctions[Int(code.u32(8))]
                let target = unsafe entryCode(record)
                let callee = frame.from(code.a)
                guard unsafe enter(target, callee, context) else {
                    reason = .stackExhausted
                    break run
                }
                unsafe callee.link(code.b, after: code, words: 2, caller: frame, context)
                if let newContext = unsafe record.pointee.context {
                    unsafe context = newContext.assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = callee
                code = unsafe Code(target)
            case .callIndirect:
                let table = unsafe context.pointee.tables[Int(code.u32(8))]
                let index = frame[code.c]
                guard index < (unsafe table.pointee.count) else {
                    reason = .tableOutOfBounds
                    break run
                }
                guard
                    let record = unsafe functionRecord(
                        table.pointee.elements[Int(truncatingIfNeeded: index)])
                else {
                    outerFault = (UInt(index), 0)
                    reason = .uninitializedElement
                    break run
                }
                let wanted = code.u32(12)
                if unsafe record.pointee.typeNumber != wanted {
                    guard unsafe isSubtype(record, wanted) else {
                        reason = .indirectCallTypeMismatch
                        break run
                    }
                }
                let target = unsafe entryCode(record)
                let callee = frame.from(code.a)
                guard unsafe enter(target, callee, context) else {
                    reason = .stackExhausted
                    break run
                }
                unsafe callee.link(code.b, after: code, words: 2, caller: frame, context)
                if let newContext = unsafe record.pointee.context {
                    unsafe context = newContext.assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = callee
                code = unsafe Code(target)
            case .callReference:
                guard let record = unsafe functionRecord(frame[code.c]) else {
                    reason = .nullReference
                    break run
                }
                let target = unsafe entryCode(record)
                let callee = frame.from(code.a)
                guard unsafe enter(target, callee, context) else {
                    reason = .stackExhausted
                    break run
                }
                unsafe callee.link(code.b, after: code, words: 1, caller: frame, context)
                if let newContext = unsafe record.pointee.context {
                    unsafe context = newContext.assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = callee
                code = unsafe Code(target)
            case .tailCall:
                let outcome = unsafe tailCall(code, frame, &context)
                guard let target = unsafe outcome.target else {
                    reason = outcome.reason
                    outerFault = (outcome.detail, 0)
                    break run
                }
                memory = unsafe Memory(context)
                code = unsafe Code(target)
            case .return0:
                let saved = frame.from(code.a)
                code = unsafe Code(saved.address(0))
                if unsafe saved.address(2) != UnsafeRawPointer(context) {
                    unsafe context = UnsafeMutableRawPointer(mutating: saved.address(2))
                        .assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = saved.savedFrame
            case .return1:
                let result = frame[code.b]
                let saved = frame.from(code.a)
                frame[0] = result
                code = unsafe Code(saved.address(0))
                if unsafe saved.address(2) != UnsafeRawPointer(context) {
                    unsafe context = UnsafeMutableRawPointer(mutating: saved.address(2))
                        .assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = saved.savedFrame
            case .returnMany:
                let results = frame.from(code.b)
                let count = code.c
                let saved = frame.from(code.a)
                frame.move(results, count: count)
                code = unsafe Code(saved.address(0))
                if unsafe saved.address(2) != UnsafeRawPointer(context) {
                    unsafe context = UnsafeMutableRawPointer(mutating: saved.address(2))
                        .assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = saved.savedFrame
            case .hostCall:
                let status = unsafe callHost(code, frame, context)
                guard status == .none else {
                    let saved = frame.from(code.a)
                    code = unsafe Code(saved.address(0) - 8)
                    unsafe context = UnsafeMutableRawPointer(mutating: saved.address(2))
                        .assumingMemoryBound(to: InstanceContext.self)
                    frame = saved.savedFrame
                    reason = status
                    break run
                }
                memory = unsafe Memory(context)
                let saved = frame.from(code.a)
                code = unsafe Code(saved.address(0))
                if unsafe saved.address(2) != UnsafeRawPointer(context) {
                    unsafe context = UnsafeMutableRawPointer(mutating: saved.address(2))
                        .assumingMemoryBound(to: InstanceContext.self)
                    memory = unsafe Memory(context)
                }
                frame = saved.savedFrame
            case .translate:
                guard let target = unsafe translate(code, context) else {
                    reason = .pending
                    break run
                }
                guard unsafe enter(target, frame, context) else {
                    reason = .stackExhausted
                    break run
                }
                code = unsafe Code(target)
            case .exit:
                return .none
            case .meter:
                let left = unsafe context.pointee.state.pointee.fuel &- Int64(code.u32(4))
                unsafe context.pointee.state.pointee.fuel = left
                if left < 0 {
                    let outcome = unsafe refill(context)
                    guard outcome == .none else {
                        reason = outcome
                        break run
                    }
                }
                code.advance(1)
            case .trapIfNull:
                guard frame[code.a] != 0 else {
                    reason = .nullReference
                    break run
                }
                code.advance(1)
            case .trapNull:
                reason = .nullReference
                break run
            case .refI31:
                frame[code.a] = UInt64(frame.u32(code.b) & 0x7FFF_FFFF) << 32 | 1
                code.advance(1)
            case .i31GetS:
                guard frame[code.b] != 0 else {
                    reason = .nullReference
                    break run
                }
                frame.set(
                    code.a,
                    UInt32(bitPattern: (Int32(truncatingIfNeeded: frame[code.b] >> 32) << 1) >> 1))
                code.advance(1)
            case .i31GetU:
                guard frame[code.b] != 0 else {
                    reason = .nullReference
                    break run
                }
                frame.set(code.a, UInt32(truncatingIfNeeded: frame[code.b] >> 32))
                code.advance(1)
            case .unreachable:
                reason = .unreachable
                break run
            case .interrupt:
                reason = .interrupted
                break run

            // Memory 0's size.
            case .memorySize:
                frame[code.a] = UInt64(unsafe context.pointee.memory0.pointee.byteCount) >> 16
                code.advance(1)

            // Vectors: lanes from and to numbers.
            case .i8x16Splat:
                let number = UInt8(truncatingIfNeeded: frame[code.b])
                frame.setVector(code.a, U8x16(repeating: number))
                code.advance(1)
            case .i16x8Splat:
                let number = UInt16(truncatingIfNeeded: frame[code.b])
                frame.setVector(code.a, U16x8(repeating: number))
                code.advance(1)
            case .i32x4Splat:
                let number = UInt32(truncatingIfNeeded: frame[code.b])
                frame.setVector(code.a, U32x4(repeating: number))
                code.advance(1)
            case .i64x2Splat:
                let number = UInt64(truncatingIfNeeded: frame[code.b])
                frame.setVector(code.a, U64x2(repeating: number))
                code.advance(1)
            case .i8x16ExtractLaneS:
                frame.set(code.a, UInt32(truncatingIfNeeded: frame.lane(Int8.self, code.b, code.c)))
                code.advance(1)
            case .i8x16ExtractLaneU:
                frame.set(code.a, UInt32(frame.lane(UInt8.self, code.b, code.c)))
                code.advance(1)
            case .i16x8ExtractLaneS:
                frame.set(
                    code.a, UInt32(truncatingIfNeeded: frame.lane(Int16.self, code.b, code.c)))
                code.advance(1)
            case .i16x8ExtractLaneU:
                frame.set(code.a, UInt32(frame.lane(UInt16.self, code.b, code.c)))
                code.advance(1)
            case .i32x4ExtractLane:
                frame.set(code.a, frame.lane(UInt32.self, code.b, code.c))
                code.advance(1)
            case .i8x16ReplaceLane:
                let number = UInt8(truncatingIfNeeded: frame[code.c])
                let vector = frame.vector(code.b, U8x16.self)
                frame.setVector(code.a, vector.replacingLane(code.u16(8), with: number))
                code.advance(2)
            case .i16x8ReplaceLane:
                let number = UInt16(truncatingIfNeeded: frame[code.c])
                let vector = frame.vector(code.b, U16x8.self)
                frame.setVector(code.a, vector.replacingLane(code.u16(8), with: number))
                code.advance(2)
            case .i32x4ReplaceLane:
                let number = UInt32(truncatingIfNeeded: frame[code.c])
                let vector = frame.vector(code.b, U32x4.self)
                frame.setVector(code.a, vector.replacingLane(code.u16(8), with: number))
                code.advance(2)
            case .i64x2ReplaceLane:
                let number = UInt64(truncatingIfNeeded: frame[code.c])
                let vector = frame.vector(code.b, U64x2.self)
                frame.setVector(code.a, vector.replacingLane(code.u16(8), with: number))
                code.advance(2)
            case .shuffle:
                code.vector(frame).shuffle()
                code.advance(3)
            case .shuffle64:
                let (low, high) = (frame[code.b], frame[code.c])
                frame.setVector(code.a, U64x2(low, high))
                code.advance(1)
            case .swizzle:
                code.vector(frame).swizzle()
                code.advance(1)

            // Vectors: all 128 bits.
            case .v128And:
                code.vector(frame).binary(U64x2.self) { $0 & $1 }
                code.advance(1)
            case .v128AndNot:
                code.vector(frame).binary(U64x2.self) { $0 & ~$1 }
                code.advance(1)
            case .v128Or:
                code.vector(frame).binary(U64x2.self) { $0 | $1 }
                code.advance(1)
            case .v128Xor:
                code.vector(frame).binary(U64x2.self) { $0 ^ $1 }
                code.advance(1)
            case .v128Not:
                code.vector(frame).unary(U64x2.self) { ~$0 }
                code.advance(1)
            case .v128SelectBits:
                code.vector(frame).ternary(U64x2.self) { $0 & $2 | $1 & ~$2 }
                code.advance(2)
            case .v128AnyTrue:
                frame.set(code.a, frame[code.b] | frame[code.b &+ 1] != 0)
                code.advance(1)

            // Vectors: integer comparisons.
            case .i8x16Eq:
                code.vector(frame).compare(I8x16.self) { $0 .== $1 }
                code.advance(1)
            case .i8x16Ne:
                code.vector(frame).compare(I8x16.self) { $0 .!= $1 }
                code.advance(1)
            case .i8x16LtS:
                code.vector(frame).compare(I8x16.self) { $0 .< $1 }
                code.advance(1)
            case .i8x16LeS:
                code.vector(frame).compare(I8x16.self) { $0 .<= $1 }
                code.advance(1)
            case .i8x16LtU:
                code.vector(frame).compare(U8x16.self) { $0 .< $1 }
                code.advance(1)
            case .i8x16LeU:
                code.vector(frame).compare(U8x16.self) { $0 .<= $1 }
                code.advance(1)
            case .i16x8Eq:
                code.vector(frame).compare(I16x8.self) { $0 .== $1 }
                code.advance(1)
            case .i16x8Ne:
                code.vector(frame).compare(I16x8.self) { $0 .!= $1 }
                code.advance(1)
            case .i16x8LtS:
                code.vector(frame).compare(I16x8.self) { $0 .< $1 }
                code.advance(1)
            case .i16x8LeS:
                code.vector(frame).compare(I16x8.self) { $0 .<= $1 }
                code.advance(1)
            case .i16x8LtU:
                code.vector(frame).compare(U16x8.self) { $0 .< $1 }
                code.advance(1)
            case .i16x8LeU:
                code.vector(frame).compare(U16x8.self) { $0 .<= $1 }
                code.advance(1)
            case .i32x4Eq:
                code.vector(frame).compare(I32x4.self) { $0 .== $1 }
                code.advance(1)
            case .i32x4Ne:
                code.vector(frame).compare(I32x4.self) { $0 .!= $1 }
                code.advance(1)
            case .i32x4LtS:
                code.vector(frame).compare(I32x4.self) { $0 .< $1 }
                code.advance(1)
            case .i32x4LeS:
                code.vector(frame).compare(I32x4.self) { $0 .<= $1 }
                code.advance(1)
            case .i32x4LtU:
                code.vector(frame).compare(U32x4.self) { $0 .< $1 }
                code.advance(1)
            case .i32x4LeU:
                code.vector(frame).compare(U32x4.self) { $0 .<= $1 }
                code.advance(1)
            case .i64x2Eq:
                code.vector(frame).compare(I64x2.self) { $0 .== $1 }
                code.advance(1)
            case .i64x2Ne:
                code.vector(frame).compare(I64x2.self) { $0 .!= $1 }
                code.advance(1)
            case .i64x2LtS:
                code.vector(frame).compare(I64x2.self) { $0 .< $1 }
                code.advance(1)
            case .i64x2LeS:
                code.vector(frame).compare(I64x2.self) { $0 .<= $1 }
                code.advance(1)

            // Vectors: integer arithmetic.
            case .i8x16Add:
                code.vector(frame).binary(U8x16.self) { $0 &+ $1 }
                code.advance(1)
            case .i8x16Sub:
                code.vector(frame).binary(U8x16.self) { $0 &- $1 }
                code.advance(1)
            case .i8x16MinS:
                code.vector(frame).binary(I8x16.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .i8x16MinU:
                code.vector(frame).binary(U8x16.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .i8x16MaxS:
                code.vector(frame).binary(I8x16.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .i8x16MaxU:
                code.vector(frame).binary(U8x16.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .i8x16AddSatS:
                code.vector(frame).binary(I8x16.self) { VectorRules.saturatingSum($0, $1) }
                code.advance(1)
            case .i8x16AddSatU:
                code.vector(frame).binary(U8x16.self) { VectorRules.saturatingSum($0, $1) }
                code.advance(1)
            case .i8x16SubSatS:
                code.vector(frame).binary(I8x16.self) { VectorRules.saturatingDifference($0, $1) }
                code.advance(1)
            case .i8x16SubSatU:
                code.vector(frame).binary(U8x16.self) { VectorRules.saturatingDifference($0, $1) }
                code.advance(1)
            case .i8x16Neg:
                code.vector(frame).unary(I8x16.self) { 0 &- $0 }
                code.advance(1)
            case .i8x16Abs:
                code.vector(frame).unary(I8x16.self) { VectorRules.magnitude($0) }
                code.advance(1)
            case .i8x16AllTrue:
                let zeros = VectorRules.lanes(frame.vector(code.b, U8x16.self) .== U8x16())
                frame.set(code.a, VectorRules.isZero(zeros))
                code.advance(1)
            case .i16x8Add:
                code.vector(frame).binary(U16x8.self) { $0 &+ $1 }
                code.advance(1)
            case .i16x8Sub:
                code.vector(frame).binary(U16x8.self) { $0 &- $1 }
                code.advance(1)
            case .i16x8Mul:
                code.vector(frame).binary(U16x8.self) { $0 &* $1 }
                code.advance(1)
            case .i16x8MinS:
                code.vector(frame).binary(I16x8.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .i16x8MinU:
                code.vector(frame).binary(U16x8.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .i16x8MaxS:
                code.vector(frame).binary(I16x8.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .i16x8MaxU:
                code.vector(frame).binary(U16x8.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .i16x8AddSatS:
                code.vector(frame).binary(I16x8.self) { VectorRules.saturatingSum($0, $1) }
                code.advance(1)
            case .i16x8AddSatU:
                code.vector(frame).binary(U16x8.self) { VectorRules.saturatingSum($0, $1) }
                code.advance(1)
            case .i16x8SubSatS:
                code.vector(frame).binary(I16x8.self) { VectorRules.saturatingDifference($0, $1) }
                code.advance(1)
            case .i16x8SubSatU:
                code.vector(frame).binary(U16x8.self) { VectorRules.saturatingDifference($0, $1) }
                code.advance(1)
            case .i16x8Neg:
                code.vector(frame).unary(I16x8.self) { 0 &- $0 }
                code.advance(1)
            case .i16x8Abs:
                code.vector(frame).unary(I16x8.self) { VectorRules.magnitude($0) }
                code.advance(1)
            case .i16x8AllTrue:
                let zeros = VectorRules.lanes(frame.vector(code.b, U16x8.self) .== U16x8())
                frame.set(code.a, VectorRules.isZero(zeros))
                code.advance(1)
            case .i32x4Add:
                code.vector(frame).binary(U32x4.self) { $0 &+ $1 }
                code.advance(1)
            case .i32x4Sub:
                code.vector(frame).binary(U32x4.self) { $0 &- $1 }
                code.advance(1)
            case .i32x4Mul:
                code.vector(frame).binary(U32x4.self) { $0 &* $1 }
                code.advance(1)
            case .i32x4MinS:
                code.vector(frame).binary(I32x4.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .i32x4MinU:
                code.vector(frame).binary(U32x4.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .i32x4MaxS:
                code.vector(frame).binary(I32x4.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .i32x4MaxU:
                code.vector(frame).binary(U32x4.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .i32x4Neg:
                code.vector(frame).unary(I32x4.self) { 0 &- $0 }
                code.advance(1)
            case .i32x4Abs:
                code.vector(frame).unary(I32x4.self) { VectorRules.magnitude($0) }
                code.advance(1)
            case .i32x4AllTrue:
                let zeros = VectorRules.lanes(frame.vector(code.b, U32x4.self) .== U32x4())
                frame.set(code.a, VectorRules.isZero(zeros))
                code.advance(1)
            case .i64x2Add:
                code.vector(frame).binary(U64x2.self) { $0 &+ $1 }
                code.advance(1)
            case .i64x2Sub:
                code.vector(frame).binary(U64x2.self) { $0 &- $1 }
                code.advance(1)
            case .i64x2Mul:
                code.vector(frame).binary(U64x2.self) { $0 &* $1 }
                code.advance(1)
            case .i64x2Neg:
                code.vector(frame).unary(I64x2.self) { 0 &- $0 }
                code.advance(1)
            case .i64x2Abs:
                code.vector(frame).unary(I64x2.self) { VectorRules.magnitude($0) }
                code.advance(1)
            case .i64x2AllTrue:
                frame.set(code.a, frame[code.b] != 0 && frame[code.b &+ 1] != 0)
                code.advance(1)
            case .i8x16Bitmask:
                frame.set(code.a, unsafe martlet_bitmask8(frame.pointer(code.b)))
                code.advance(1)
            case .i16x8Bitmask:
                frame.set(code.a, unsafe martlet_bitmask16(frame.pointer(code.b)))
                code.advance(1)
            case .i32x4Bitmask:
                frame.set(code.a, unsafe martlet_bitmask32(frame.pointer(code.b)))
                code.advance(1)
            case .i64x2Bitmask:
                let (low, high) = (frame[code.b] &>> 63, frame[code.b &+ 1] &>> 63)
                frame[code.a] = low | high &<< 1
                code.advance(1)

            // Vectors: shifts by a slot, and by a constant.
            case .i8x16Shl:
                let count = UInt8(truncatingIfNeeded: frame.u32(code.c) & 7)
                let counts = U8x16(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U8x16.self) &<< counts)
                code.advance(1)
            case .i8x16ShrS:
                let count = Int8(truncatingIfNeeded: frame.u32(code.c) & 7)
                let counts = I8x16(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I8x16.self) &>> counts)
                code.advance(1)
            case .i8x16ShrU:
                let count = UInt8(truncatingIfNeeded: frame.u32(code.c) & 7)
                let counts = U8x16(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U8x16.self) &>> counts)
                code.advance(1)
            case .i16x8Shl:
                let count = UInt16(truncatingIfNeeded: frame.u32(code.c) & 15)
                let counts = U16x8(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U16x8.self) &<< counts)
                code.advance(1)
            case .i16x8ShlConstant:
                let count = UInt16(truncatingIfNeeded: code.c & 15)
                let counts = U16x8(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U16x8.self) &<< counts)
                code.advance(1)
            case .i16x8ShrS:
                let count = Int16(truncatingIfNeeded: frame.u32(code.c) & 15)
                let counts = I16x8(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I16x8.self) &>> counts)
                code.advance(1)
            case .i16x8ShrSConstant:
                let count = Int16(truncatingIfNeeded: code.c & 15)
                let counts = I16x8(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I16x8.self) &>> counts)
                code.advance(1)
            case .i16x8ShrU:
                let count = UInt16(truncatingIfNeeded: frame.u32(code.c) & 15)
                let counts = U16x8(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U16x8.self) &>> counts)
                code.advance(1)
            case .i16x8ShrUConstant:
                let count = UInt16(truncatingIfNeeded: code.c & 15)
                let counts = U16x8(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U16x8.self) &>> counts)
                code.advance(1)
            case .i32x4Shl:
                let count = UInt32(truncatingIfNeeded: frame.u32(code.c) & 31)
                let counts = U32x4(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U32x4.self) &<< counts)
                code.advance(1)
            case .i32x4ShlConstant:
                let count = UInt32(truncatingIfNeeded: code.c & 31)
                let counts = U32x4(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U32x4.self) &<< counts)
                code.advance(1)
            case .i32x4ShrS:
                let count = Int32(truncatingIfNeeded: frame.u32(code.c) & 31)
                let counts = I32x4(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I32x4.self) &>> counts)
                code.advance(1)
            case .i32x4ShrSConstant:
                let count = Int32(truncatingIfNeeded: code.c & 31)
                let counts = I32x4(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I32x4.self) &>> counts)
                code.advance(1)
            case .i32x4ShrU:
                let count = UInt32(truncatingIfNeeded: frame.u32(code.c) & 31)
                let counts = U32x4(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U32x4.self) &>> counts)
                code.advance(1)
            case .i32x4ShrUConstant:
                let count = UInt32(truncatingIfNeeded: code.c & 31)
                let counts = U32x4(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U32x4.self) &>> counts)
                code.advance(1)
            case .i64x2Shl:
                let count = UInt64(truncatingIfNeeded: frame.u32(code.c) & 63)
                let counts = U64x2(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U64x2.self) &<< counts)
                code.advance(1)
            case .i64x2ShlConstant:
                let count = UInt64(truncatingIfNeeded: code.c & 63)
                let counts = U64x2(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U64x2.self) &<< counts)
                code.advance(1)
            case .i64x2ShrS:
                let count = Int64(truncatingIfNeeded: frame.u32(code.c) & 63)
                let counts = I64x2(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I64x2.self) &>> counts)
                code.advance(1)
            case .i64x2ShrSConstant:
                let count = Int64(truncatingIfNeeded: code.c & 63)
                let counts = I64x2(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, I64x2.self) &>> counts)
                code.advance(1)
            case .i64x2ShrU:
                let count = UInt64(truncatingIfNeeded: frame.u32(code.c) & 63)
                let counts = U64x2(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U64x2.self) &>> counts)
                code.advance(1)
            case .i64x2ShrUConstant:
                let count = UInt64(truncatingIfNeeded: code.c & 63)
                let counts = U64x2(repeating: count)
                frame.setVector(code.a, frame.vector(code.b, U64x2.self) &>> counts)
                code.advance(1)

            // Vectors: wider lanes.
            case .i16x8ExtendLowS:
                let half = frame.vector(code.b, I8x16.self).lowHalf
                frame.setVector(code.a, I16x8(truncatingIfNeeded: half))
                code.advance(1)
            case .i16x8ExtendHighS:
                let half = frame.vector(code.b, I8x16.self).highHalf
                frame.setVector(code.a, I16x8(truncatingIfNeeded: half))
                code.advance(1)
            case .i16x8ExtendLowU:
                let half = frame.vector(code.b, U8x16.self).lowHalf
                frame.setVector(code.a, U16x8(truncatingIfNeeded: half))
                code.advance(1)
            case .i16x8ExtendHighU:
                let half = frame.vector(code.b, U8x16.self).highHalf
                frame.setVector(code.a, U16x8(truncatingIfNeeded: half))
                code.advance(1)
            case .i32x4ExtendLowS:
                let half = frame.vector(code.b, I16x8.self).lowHalf
                frame.setVector(code.a, I32x4(truncatingIfNeeded: half))
                code.advance(1)
            case .i32x4ExtendHighS:
                let half = frame.vector(code.b, I16x8.self).highHalf
                frame.setVector(code.a, I32x4(truncatingIfNeeded: half))
                code.advance(1)
            case .i32x4ExtendLowU:
                let half = frame.vector(code.b, U16x8.self).lowHalf
                frame.setVector(code.a, U32x4(truncatingIfNeeded: half))
                code.advance(1)
            case .i32x4ExtendHighU:
                let half = frame.vector(code.b, U16x8.self).highHalf
                frame.setVector(code.a, U32x4(truncatingIfNeeded: half))
                code.advance(1)
            case .i64x2ExtendLowS:
                let half = frame.vector(code.b, I32x4.self).lowHalf
                frame.setVector(code.a, I64x2(truncatingIfNeeded: half))
                code.advance(1)
            case .i64x2ExtendHighS:
                let half = frame.vector(code.b, I32x4.self).highHalf
                frame.setVector(code.a, I64x2(truncatingIfNeeded: half))
                code.advance(1)
            case .i64x2ExtendLowU:
                let half = frame.vector(code.b, U32x4.self).lowHalf
                frame.setVector(code.a, U64x2(truncatingIfNeeded: half))
                code.advance(1)
            case .i64x2ExtendHighU:
                let half = frame.vector(code.b, U32x4.self).highHalf
                frame.setVector(code.a, U64x2(truncatingIfNeeded: half))
                code.advance(1)

            // Vectors: floating-point arithmetic and comparisons.
            case .f32x4Add:
                code.vector(frame).binary(F32x4.self) { $0 + $1 }
                code.advance(1)
            case .f32x4Sub:
                code.vector(frame).binary(F32x4.self) { $0 - $1 }
                code.advance(1)
            case .f32x4Mul:
                code.vector(frame).binary(F32x4.self) { $0 * $1 }
                code.advance(1)
            case .f32x4Div:
                code.vector(frame).binary(F32x4.self) { $0 / $1 }
                code.advance(1)
            case .f32x4Min:
                code.vector(frame).binary(F32x4.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .f32x4Max:
                code.vector(frame).binary(F32x4.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .f32x4Pmin:
                code.vector(frame).binary(F32x4.self) {
                    VectorRules.choose($1, where: VectorRules.lanes($1 .< $0), else: $0)
                }
                code.advance(1)
            case .f32x4Pmax:
                code.vector(frame).binary(F32x4.self) {
                    VectorRules.choose($1, where: VectorRules.lanes($0 .< $1), else: $0)
                }
                code.advance(1)
            case .f32x4Neg:
                code.vector(frame).unary(U32x4.self) { $0 ^ 0x8000_0000 }
                code.advance(1)
            case .f32x4Abs:
                code.vector(frame).unary(U32x4.self) { $0 & 0x7FFF_FFFF }
                code.advance(1)
            case .f32x4Sqrt:
                code.vector(frame).unary(F32x4.self) { $0.squareRoot() }
                code.advance(1)
            case .f32x4Canonicalize:
                code.vector(frame).unary(F32x4.self) { VectorRules.canonicalized($0) }
                code.advance(1)
            case .f32x4Eq:
                code.vector(frame).compare(F32x4.self) { $0 .== $1 }
                code.advance(1)
            case .f32x4Ne:
                code.vector(frame).compare(F32x4.self) { $0 .!= $1 }
                code.advance(1)
            case .f32x4Lt:
                code.vector(frame).compare(F32x4.self) { $0 .< $1 }
                code.advance(1)
            case .f32x4Le:
                code.vector(frame).compare(F32x4.self) { $0 .<= $1 }
                code.advance(1)
            case .f64x2Add:
                code.vector(frame).binary(F64x2.self) { $0 + $1 }
                code.advance(1)
            case .f64x2Sub:
                code.vector(frame).binary(F64x2.self) { $0 - $1 }
                code.advance(1)
            case .f64x2Mul:
                code.vector(frame).binary(F64x2.self) { $0 * $1 }
                code.advance(1)
            case .f64x2Div:
                code.vector(frame).binary(F64x2.self) { $0 / $1 }
                code.advance(1)
            case .f64x2Min:
                code.vector(frame).binary(F64x2.self) { VectorRules.minimum($0, $1) }
                code.advance(1)
            case .f64x2Max:
                code.vector(frame).binary(F64x2.self) { VectorRules.maximum($0, $1) }
                code.advance(1)
            case .f64x2Pmin:
                code.vector(frame).binary(F64x2.self) {
                    VectorRules.choose($1, where: VectorRules.lanes($1 .< $0), else: $0)
                }
                code.advance(1)
            case .f64x2Pmax:
                code.vector(frame).binary(F64x2.self) {
                    VectorRules.choose($1, where: VectorRules.lanes($0 .< $1), else: $0)
                }
                code.advance(1)
            case .f64x2Neg:
                code.vector(frame).unary(U64x2.self) { $0 ^ 0x8000_0000_0000_0000 }
                code.advance(1)
            case .f64x2Abs:
                code.vector(frame).unary(U64x2.self) { $0 & 0x7FFF_FFFF_FFFF_FFFF }
                code.advance(1)
            case .f64x2Sqrt:
                code.vector(frame).unary(F64x2.self) { $0.squareRoot() }
                code.advance(1)
            case .f64x2Canonicalize:
                code.vector(frame).unary(F64x2.self) { VectorRules.canonicalized($0) }
                code.advance(1)
            case .f64x2Eq:
                code.vector(frame).compare(F64x2.self) { $0 .== $1 }
                code.advance(1)
            case .f64x2Ne:
                code.vector(frame).compare(F64x2.self) { $0 .!= $1 }
                code.advance(1)
            case .f64x2Lt:
                code.vector(frame).compare(F64x2.self) { $0 .< $1 }
                code.advance(1)
            case .f64x2Le:
                code.vector(frame).compare(F64x2.self) { $0 .<= $1 }
                code.advance(1)

            // Fused vector arithmetic: every operation rounds.
            case .f32x4MulAdd:
                frame.setVector(
                    code.a,
                    frame.vector(code.u16(8), F32x4.self) + frame.vector(code.b, F32x4.self)
                        * frame.vector(code.c, F32x4.self))
                code.advance(2)
            case .f32x4SubMul:
                frame.setVector(
                    code.a,
                    frame.vector(code.u16(8), F32x4.self) - frame.vector(code.b, F32x4.self)
                        * frame.vector(code.c, F32x4.self))
                code.advance(2)
            case .f32x4MulSub:
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F32x4.self) * frame.vector(code.c, F32x4.self)
                        - frame.vector(code.u16(8), F32x4.self))
                code.advance(2)
            case .f32x4AddLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F32x4.self) + memory.loadVector(F32x4.self, address))
                code.advance(2)
            case .f32x4SubLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F32x4.self) - memory.loadVector(F32x4.self, address))
                code.advance(2)
            case .f32x4MulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F32x4.self) * memory.loadVector(F32x4.self, address))
                code.advance(2)
            case .f32x4MulLoadAdd:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product =
                    frame.vector(code.b, F32x4.self) * memory.loadVector(F32x4.self, address)
                frame.setVector(code.a, frame.vector(code.u16(16), F32x4.self) + product)
                code.advance(3)
            case .f32x4SubMulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product =
                    frame.vector(code.b, F32x4.self) * memory.loadVector(F32x4.self, address)
                frame.setVector(code.a, frame.vector(code.u16(16), F32x4.self) - product)
                code.advance(3)
            case .f32x4AddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F32x4.self) + frame.vector(code.b, F32x4.self), address)
                code.advance(2)
            case .f32x4SubStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F32x4.self) - frame.vector(code.b, F32x4.self), address)
                code.advance(2)
            case .f32x4MulStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F32x4.self) * frame.vector(code.b, F32x4.self), address)
                code.advance(2)
            case .f32x4MulAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product = frame.vector(code.a, F32x4.self) * frame.vector(code.b, F32x4.self)
                memory.store(frame.vector(code.u16(16), F32x4.self) + product, address)
                code.advance(3)
            case .f32x4SubMulStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product = frame.vector(code.a, F32x4.self) * frame.vector(code.b, F32x4.self)
                memory.store(frame.vector(code.u16(16), F32x4.self) - product, address)
                code.advance(3)
            case .f32x4AddLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F32x4.self) + memory.loadVector(F32x4.self, source),
                    address)
                code.advance(3)
            case .f32x4SubLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F32x4.self) - memory.loadVector(F32x4.self, source),
                    address)
                code.advance(3)
            case .f32x4MulLoadAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                let product =
                    frame.vector(code.a, F32x4.self) * memory.loadVector(F32x4.self, source)
                memory.store(frame.vector(code.u16(24), F32x4.self) + product, address)
                code.advance(4)
            case .f32x4SubMulLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                let product =
                    frame.vector(code.a, F32x4.self) * memory.loadVector(F32x4.self, source)
                memory.store(frame.vector(code.u16(24), F32x4.self) - product, address)
                code.advance(4)
            case .f64x2MulAdd:
                frame.setVector(
                    code.a,
                    frame.vector(code.u16(8), F64x2.self) + frame.vector(code.b, F64x2.self)
                        * frame.vector(code.c, F64x2.self))
                code.advance(2)
            case .f64x2SubMul:
                frame.setVector(
                    code.a,
                    frame.vector(code.u16(8), F64x2.self) - frame.vector(code.b, F64x2.self)
                        * frame.vector(code.c, F64x2.self))
                code.advance(2)
            case .f64x2MulSub:
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F64x2.self) * frame.vector(code.c, F64x2.self)
                        - frame.vector(code.u16(8), F64x2.self))
                code.advance(2)
            case .f64x2AddLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F64x2.self) + memory.loadVector(F64x2.self, address))
                code.advance(2)
            case .f64x2SubLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F64x2.self) - memory.loadVector(F64x2.self, address))
                code.advance(2)
            case .f64x2MulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, F64x2.self) * memory.loadVector(F64x2.self, address))
                code.advance(2)
            case .f64x2MulLoadAdd:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product =
                    frame.vector(code.b, F64x2.self) * memory.loadVector(F64x2.self, address)
                frame.setVector(code.a, frame.vector(code.u16(16), F64x2.self) + product)
                code.advance(3)
            case .f64x2SubMulLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product =
                    frame.vector(code.b, F64x2.self) * memory.loadVector(F64x2.self, address)
                frame.setVector(code.a, frame.vector(code.u16(16), F64x2.self) - product)
                code.advance(3)
            case .f64x2AddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F64x2.self) + frame.vector(code.b, F64x2.self), address)
                code.advance(2)
            case .f64x2SubStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F64x2.self) - frame.vector(code.b, F64x2.self), address)
                code.advance(2)
            case .f64x2MulStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F64x2.self) * frame.vector(code.b, F64x2.self), address)
                code.advance(2)
            case .f64x2MulAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product = frame.vector(code.a, F64x2.self) * frame.vector(code.b, F64x2.self)
                memory.store(frame.vector(code.u16(16), F64x2.self) + product, address)
                code.advance(3)
            case .f64x2SubMulStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let product = frame.vector(code.a, F64x2.self) * frame.vector(code.b, F64x2.self)
                memory.store(frame.vector(code.u16(16), F64x2.self) - product, address)
                code.advance(3)
            case .f64x2AddLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F64x2.self) + memory.loadVector(F64x2.self, source),
                    address)
                code.advance(3)
            case .f64x2SubLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                memory.store(
                    frame.vector(code.a, F64x2.self) - memory.loadVector(F64x2.self, source),
                    address)
                code.advance(3)
            case .f64x2MulLoadAddStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                let product =
                    frame.vector(code.a, F64x2.self) * memory.loadVector(F64x2.self, source)
                memory.store(frame.vector(code.u16(24), F64x2.self) + product, address)
                code.advance(4)
            case .f64x2SubMulLoadStore:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                let source = UInt(frame.u32(code.b) &+ code.u32(20)) &+ UInt(code.u32(16))
                guard memory.holds(source, 16) else {
                    outerFault = (source, 16)
                    break run
                }
                let product =
                    frame.vector(code.a, F64x2.self) * memory.loadVector(F64x2.self, source)
                memory.store(frame.vector(code.u16(24), F64x2.self) - product, address)
                code.advance(4)
            case .i32x4AddLoad:
                let address = UInt(frame.u32(code.c) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(
                    code.a,
                    frame.vector(code.b, U32x4.self) &+ memory.loadVector(U32x4.self, address))
                code.advance(2)

            // Vectors from and to memory 0, addressed as numbers are.
            case .v128Load:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(code.a, memory.loadVector(U64x2.self, address))
                code.advance(1)
            case .v128LoadFar:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(code.a, memory.loadVector(U64x2.self, address))
                code.advance(2)
            case .v128LoadIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(code.a, memory.loadVector(U64x2.self, address))
                code.advance(2)
            case .v128LoadAbsolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.setVector(code.a, memory.loadVector(U64x2.self, address))
                code.advance(2)
            case .v128LoadAddTee:
                let sum = frame.u32(code.b) &+ frame.u32(code.c)
                let address = UInt(sum) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.setVector(code.a, memory.loadVector(U64x2.self, address))
                code.advance(2)
            case .v128LoadAddConstantTee:
                let sum = frame.u32(code.b) &+ code.u32(8)
                let address = UInt(sum) &+ UInt(code.c)
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                frame.set(code.u16(12), sum)
                frame.setVector(code.a, memory.loadVector(U64x2.self, address))
                code.advance(2)
            case .v128Store:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.c)
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(frame.vector(code.a, U64x2.self), address)
                code.advance(1)
            case .v128StoreFar:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(frame.vector(code.a, U64x2.self), address)
                code.advance(2)
            case .v128StoreIndexed:
                let address =
                    UInt(frame.u32(code.b) &+ frame.u32(code.c) << UInt32(code.u16(12) & 31))
                    &+ UInt(code.u32(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(frame.vector(code.a, U64x2.self), address)
                code.advance(2)
            case .v128StoreAbsolute:
                let address = UInt(code.u64(8))
                guard memory.holds(address, 16) else {
                    outerFault = (address, 16)
                    break run
                }
                memory.store(frame.vector(code.a, U64x2.self), address)
                code.advance(2)

            // Parts of vectors from memory 0: slot + displacement + 32-bit offset.
            case .v128Load8x8S:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let narrow = memory.loadVector(SIMD8<Int8>.self, address)
                frame.setVector(code.a, I16x8(truncatingIfNeeded: narrow))
                code.advance(2)
            case .v128Load8x8U:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let narrow = memory.loadVector(SIMD8<UInt8>.self, address)
                frame.setVector(code.a, U16x8(truncatingIfNeeded: narrow))
                code.advance(2)
            case .v128Load16x4S:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let narrow = memory.loadVector(SIMD4<Int16>.self, address)
                frame.setVector(code.a, I32x4(truncatingIfNeeded: narrow))
                code.advance(2)
            case .v128Load16x4U:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let narrow = memory.loadVector(SIMD4<UInt16>.self, address)
                frame.setVector(code.a, U32x4(truncatingIfNeeded: narrow))
                code.advance(2)
            case .v128Load32x2S:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let narrow = memory.loadVector(SIMD2<Int32>.self, address)
                frame.setVector(code.a, I64x2(truncatingIfNeeded: narrow))
                code.advance(2)
            case .v128Load32x2U:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let narrow = memory.loadVector(SIMD2<UInt32>.self, address)
                frame.setVector(code.a, U64x2(truncatingIfNeeded: narrow))
                code.advance(2)
            case .v128Load8Splat:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                frame.setVector(code.a, U8x16(repeating: memory.load(UInt8.self, address)))
                code.advance(2)
            case .v128Load16Splat:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                frame.setVector(code.a, U16x8(repeating: memory.load(UInt16.self, address)))
                code.advance(2)
            case .v128Load32Splat:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.setVector(code.a, U32x4(repeating: memory.load(UInt32.self, address)))
                code.advance(2)
            case .v128Load64Splat:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.setVector(code.a, U64x2(repeating: memory.load(UInt64.self, address)))
                code.advance(2)
            case .v128Load32Zero:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                frame.setVector(code.a, U64x2(UInt64(memory.load(UInt32.self, address)), 0))
                code.advance(2)
            case .v128Load64Zero:
                let address = UInt(frame.u32(code.b) &+ code.u32(12)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                frame.setVector(code.a, U64x2(memory.load(UInt64.self, address), 0))
                code.advance(2)

            // One lane from and to memory 0: slot + 32-bit offset; the lane in the second word.
            case .v128Load8Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                let lane = memory.load(UInt8.self, address)
                frame.setVector(
                    code.a,
                    frame.vector(code.c, U8x16.self).replacingLane(code.u16(12), with: lane))
                code.advance(2)
            case .v128Load16Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                let lane = memory.load(UInt16.self, address)
                frame.setVector(
                    code.a,
                    frame.vector(code.c, U16x8.self).replacingLane(code.u16(12), with: lane))
                code.advance(2)
            case .v128Load32Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                let lane = memory.load(UInt32.self, address)
                frame.setVector(
                    code.a,
                    frame.vector(code.c, U32x4.self).replacingLane(code.u16(12), with: lane))
                code.advance(2)
            case .v128Load64Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                let lane = memory.load(UInt64.self, address)
                frame.setVector(
                    code.a,
                    frame.vector(code.c, U64x2.self).replacingLane(code.u16(12), with: lane))
                code.advance(2)
            case .v128Store8Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 1) else {
                    outerFault = (address, 1)
                    break run
                }
                memory.store(frame.lane(UInt8.self, code.a, code.u16(12)), address)
                code.advance(2)
            case .v128Store16Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 2) else {
                    outerFault = (address, 2)
                    break run
                }
                memory.store(frame.lane(UInt16.self, code.a, code.u16(12)), address)
                code.advance(2)
            case .v128Store32Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 4) else {
                    outerFault = (address, 4)
                    break run
                }
                memory.store(frame.lane(UInt32.self, code.a, code.u16(12)), address)
                code.advance(2)
            case .v128Store64Lane:
                let address = UInt(frame.u32(code.b)) &+ UInt(code.u32(8))
                guard memory.holds(address, 8) else {
                    outerFault = (address, 8)
                    break run
                }
                memory.store(frame.lane(UInt64.self, code.a, code.u16(12)), address)
                code.advance(2)

            // Groups of instructions that a function of their own runs; word 1 holds the instruction's opcode. Four words each.
            case .vector:
                vectorGroup(code, frame)
                code.advance(2)
            case .vectorAccess:
                let outcome = unsafe vectorAccess(code, frame, context)
                guard outcome == .none else {
                    reason = outcome
                    break run
                }
                code.advance(4)
            case .atomic:
                let outcome = unsafe atomicGroup(code, frame, context)
                guard outcome == .none else {
                    reason = outcome
                    break run
                }
                memory = unsafe Memory(context)
                code.advance(4)
            case .bulk:
                let outcome = unsafe bulkGroup(code, frame, context)
                guard outcome == .none else {
                    reason = outcome
                    break run
                }
                memory = unsafe Memory(context)
                code.advance(4)
            case .access:
                let outcome = unsafe accessGroup(code, frame, context)
                guard outcome == .none else {
                    reason = outcome
                    break run
                }
                code.advance(4)
            case .gc:
                let outcome = unsafe gcGroup(code, frame, context)
                guard outcome == .none else {
                    reason = outcome
                    break run
                }
                memory = unsafe Memory(context)
                code.advance(4)
            case .exception:
                reason = unsafe exceptionGroup(code, frame, context)
                break run
            }
        }
        outerCode = code
        outerFrame = frame
        unsafe outerContext = context
        return reason
    }
}
