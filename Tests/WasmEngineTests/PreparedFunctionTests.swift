import Glibc
import Testing
import Wasm
@testable import WasmEngine

#if arch(x86_64) && os(Linux)
    @Suite struct PreparedFunctionTests {
        private static let text = """
            (module
              (import "h" "f" (func $h (param i32) (result i32)))
              (memory 1)
              (func (export "add") (param i32 i32) (result i32) (i32.const 0))
              (func (export "load") (param i32) (result i32) (i32.const 0))
              (func (export "host") (param i32) (result i32) (i32.const 0))
              (func (export "dirty") (result i32) (i32.const 0))
              (func (export "nothing"))
              (func (export "wide") (param i64 f64) (result i64) (i64.const 0)))
            """
        /// MOV rsi, -1: more bits than an `i32` has.
        private static let allOnes: [UInt8] = [0x48, 0xC7, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF]

        private func guest(
            _ body: @escaping HostFunction.Body = { call throws(Trap) in
                call.slots[0] = call.slots[0] &* 2
            }
        ) throws -> NativeGuest {
            try NativeGuest(
                Self.text,
                [
                    NativeGuest.function(1, NativeCodeTests.addition),
                    NativeGuest.function(2, NativeCodeTests.load),
                    NativeGuest.function(3, NativeCodeTests.callImport),
                    NativeGuest.function(4, Self.allOnes + NativeCodeTests.callImport),
                    NativeGuest.function(5, []),
                    NativeGuest.function(6, [0x48, 0x89, 0xF0]),  // MOV rax, rsi
                ],
                imports: { store in
                    var imports = Imports()
                    imports["h", "f"] = .function(
                        store.function(HostFunction([.i32], [.i32], body: body)))
                    return imports
                })
        }

        private func prepared(_ guest: NativeGuest, _ name: String) throws -> PreparedFunction {
            try #require(guest.instance.function(name).flatMap { PreparedFunction($0) })
        }

        @Test(
            "arguments set one by one or given at once arrive, and the result's type counts its bits"
        )
        func values() throws {
            let guest = try guest()
            let add = try prepared(guest, "add")
            #expect(try add(40, 2) == 42)
            #expect(try add(0xFFFF_FFFF, 2) == 1)
            add.set(0, to: 5)
            add.set(1, to: 6)
            try add()
            #expect(add.result == 11)
            #expect(try prepared(guest, "nothing")(1, 2) == 0)
            let wide = try prepared(guest, "wide")
            #expect(try wide(1 << 40, 3) == 1 << 40)
            wide.set(0, to: 1 << 41)
            try wide()
            #expect(wide.result == 1 << 41)
        }

        @Test(
            "a host function sees 32 bits of an argument, whatever lies above them in its register")
        func upperBits() throws {
            nonisolated(unsafe) var seen: UInt64 = 0
            let guest = try guest { call throws(Trap) in
                unsafe seen = call.slots[0]
                call.slots[0] = 9
            }
            #expect(try prepared(guest, "dirty")(0) == 9)
            #expect(unsafe seen == 0xFFFF_FFFF)
        }

        @Test("traps reach the caller again and again, and leave nothing behind")
        func traps() throws {
            let guest = try guest()
            let load = try prepared(guest, "load")
            // Code written by hand names no load, so its width is not known.
            let trap = Trap.Reason.memoryOutOfBounds(address: 65_536, width: 0)
            for _ in 0..<1_000 {
                let error = #expect(throws: Trap.self) { try load(65_536) }
                #expect(error?.reason == trap)
            }
            #expect(try load(65_532) == 0)
            #expect(unsafe guest.store.state.pointee.depth == 0)
            #expect(unsafe guest.store.state.pointee.running == 0)
        }

        @Test("a host function may call prepared functions of the store that called it")
        func inside() throws {
            nonisolated(unsafe) var inner: [PreparedFunction] = []
            nonisolated(unsafe) var trapped = 0
            let guest = try guest { call throws(Trap) in
                guard let add = unsafe inner.first, let load = unsafe inner.last else { return }
                do throws(Trap) { _ = try load(.max) } catch { unsafe trapped += 1 }
                call.slots[0] = try add(call.slots[0], 100)
            }
            unsafe inner = [try prepared(guest, "add"), try prepared(guest, "load")]
            #expect(try prepared(guest, "host")(7) == 107)
            #expect(try guest.call("host", .i32(8 as UInt32)) == [.i32(108 as UInt32)])
            #expect(unsafe trapped == 2)
            #expect(unsafe guest.store.state.pointee.running == 0)
            unsafe inner = []
        }

        @Test("a fault changes neither rounding, nor the signals that are blocked, nor their stack")
        func surroundings() throws {
            let guest = try guest()
            let load = try prepared(guest, "load")
            #expect(fesetround(FE_UPWARD) == 0)
            let error = #expect(throws: Trap.self) { try load(.max) }
            // What SSE rounds by, and what the x87 unit does.
            let above = rint(error == nil ? 0 : 0.25)
            let rounding = fegetround()
            fesetround(FE_TONEAREST)
            #expect(above == 1 && rounding == FE_UPWARD)
            var stack = unsafe stack_t()
            #expect(unsafe sigaltstack(nil, &stack) == 0)
            #expect(unsafe stack.ss_flags & Int32(SS_ONSTACK) == 0)
            var mask = sigset_t()
            #expect(unsafe pthread_sigmask(SIG_BLOCK, nil, &mask) == 0)
            #expect(unsafe sigismember(&mask, SIGSEGV) == 0)
        }
    }
#endif
