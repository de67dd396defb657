/// The arguments of a call, one 64-bit slot each.
@safe
package struct WASIArguments {
    private let slots: UnsafePointer<UInt64>

    /// - Parameter slots: as many as the function has parameters, alive through the call.
    @unsafe
    package init(slots: UnsafePointer<UInt64>) { unsafe self.slots = slots }

    /// An `i32` argument; only the lower half of its slot counts.
    subscript(index: Int) -> UInt32 {
        // SAFETY: the table below asks for the parameters that it declares, no others.
        UInt32(truncatingIfNeeded: unsafe slots[index])
    }

    /// An `i64` argument.
    func wide(_ index: Int) -> UInt64 {
        // SAFETY: as above.
        unsafe slots[index]
    }
}

/// One function that a guest may import: its name, its type, and what it does.
package struct WASIFunction: Sendable {
    /// Types of parameters and results.
    package enum ValueKind: Sendable { case i32, i64 }

    typealias Body =
        @Sendable (WASIHost, GuestMemory, WASIArguments) throws(WASIExit) -> WASIErrno

    package let name: String
    package var parameters: [ValueKind] {
        signature.utf8.map { $0 == UInt8(ascii: "I") ? .i64 : .i32 }
    }
    /// Whether the error number is the function's `i32` result; only `proc_exit` has none.
    package let returnsErrno: Bool
    private let signature: String
    private let body: Body

    init(_ name: String, _ signature: String, returnsErrno: Bool = true, body: @escaping Body) {
        self.name = name
        self.signature = signature
        self.returnsErrno = returnsErrno
        self.body = body
    }

    /// Calls the function for a guest.
    ///
    /// - Returns: the error number; 0 is success.
    /// - Throws: ``WASIExit`` when the guest ends here.
    package func call(
        _ host: WASIHost, _ memory: GuestMemory, _ arguments: WASIArguments
    ) throws(WASIExit) -> WASIErrno {
        try body(host, memory, arguments)
    }

    /// A function that never waits. `signature` has a letter for each parameter: `i` for `i32`,
    /// `I` for `i64`.
    static func plain(
        _ name: String, _ signature: String,
        _ body:
            @escaping @Sendable (WASIHost, GuestMemory, WASIArguments) throws(WASIErrno) -> Void
    ) -> WASIFunction {
        WASIFunction(name, signature) { (host, memory, arguments) throws(WASIExit) in
            do throws(WASIErrno) {
                try body(host, memory, arguments)
                return .success
            } catch {
                return error
            }
        }
    }

    /// A function that may wait, and so may end the guest.
    static func waiting(
        _ name: String, _ signature: String,
        _ body:
            @escaping @Sendable (WASIHost, GuestMemory, WASIArguments) throws(WASIFailure) -> Void
    ) -> WASIFunction {
        WASIFunction(name, signature) { (host, memory, arguments) throws(WASIExit) in
            do throws(WASIFailure) {
                try body(host, memory, arguments)
                return .success
            } catch {
                switch error {
                case .errno(let number): return number
                case .exit(let exit): throw exit
                }
            }
        }
    }
}
