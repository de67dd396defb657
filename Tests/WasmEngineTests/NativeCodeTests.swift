import Platform
import Testing
import Wasm
@testable import WasmEngine

#if arch(x86_64) && os(Linux)
    @Suite struct NativeCodeTests {
        static let endless: [UInt8] = [0xEB, 0xFE]  // JMP itself
        static let addition: [UInt8] = [0x8D, 0x04, 0x16]  // LEA eax, [rsi + rdx]
        /// MOV rax, [rdi + 80]; MOV esi, esi; MOV eax, [rax + rsi]
        static let load: [UInt8] = [0x48, 0x8B, 0x47, 0x50, 0x89, 0xF6, 0x8B, 0x04, 0x30]
        /// MOV rax, [rdi + 40]; MOV rax, [rax]; CALL [rax + 32]
        static let callImport: [UInt8] = [
            0x48, 0x8B, 0x47, 0x28, 0x48, 0x8B, 0x00, 0xFF, 0x50, 0x20,
        ]
        static let call: [UInt8] = [0xE8, 0, 0, 0, 0]

        static let text = """
            (module
              (import "h" "f" (func $h (param i32) (result i32)))
              (memory (export "m") 1)
              (func $add (export "add") (param i32 i32) (result i32) (i32.const 0))
              (func $load (export "load") (param i32) (result i32) (i32.const 0))
              (func $outer (export "outer") (param i32) (result i32) (i32.const 0))
              (func $left (export "left") (param i32) (result i32)
                (i32.add (i32.const 1000) (call $load (local.get 0))))
              (func $mixed (export "mixed") (param i32) (result i32) (i32.const 0))
              (func $host (export "host") (param i32) (result i32) (i32.const 0))
              (func $stop (export "stop") (i32.const 0) (drop))
              (func $divide (export "divide") (param i32 i32) (result i32) (i32.const 0)))
            """

        func guest(
            _ body: @escaping HostFunction.Body = { call throws(Trap) in
                call.slots[0] = call.slots[0] &* 2
            }
        ) throws -> NativeGuest {
            try NativeGuest(
                Self.text,
                [
                    NativeGuest.function(1, Self.addition, wasmOffset: 11),
                    NativeGuest.function(2, Self.load, wasmOffset: 22),
                    NativeGuest.function(3, Self.call, calls: [(1, 2)], wasmOffset: 33),
                    NativeGuest.function(5, Self.call, calls: [(1, 4)], wasmOffset: 55),
                    NativeGuest.function(6, Self.callImport, wasmOffset: 66),
                    NativeGuest.function(
                        7, [0x0F, 0x0B], traps: [(0, .integerOverflow)], wasmOffset: 77),
                    // MOV eax, esi; MOV ecx, edx; CDQ; IDIV ecx
                    NativeGuest.function(
                        8, [0x89, 0xF0, 0x89, 0xD1, 0x99, 0xF7, 0xF9], wasmOffset: 88),
                ],
                imports: { store in
                    var imports = Imports()
                    imports["h", "f"] = .function(
                        store.function(HostFunction([.i32], [.i32], body: body)))
                    return imports
                })
        }

        @Test("machine code that spins can be stopped from another thread, for good")
        func stopping() throws {
            let text = "(module (func (export \"spin\") (loop (br 0))))"
            let guest = try NativeGuest(text, [NativeGuest.function(0, Self.endless)])
            let module = guest.module
            let thread = try HostThread {
                sleepFor(milliseconds: 20)
                module.stopRunning()
            }
            let trap = guest.trap("spin")
            thread.join()
            #expect(trap?.reason == .interrupted)
            #expect(trap?.backtrace.map(\.functionIndex) == [0])
            #expect(guest.trap("spin")?.reason == .interrupted)
        }

        @Test("code traps by a call through its context, as its table says, with its frames")
        func trapCall() throws {
            // MOV r14, rdi; CALL [r14 + 96]
            let trap: [UInt8] = [0x49, 0x89, 0xFE, 0x41, 0xFF, 0x56, 0x60]
            let guest = try NativeGuest(
                "(module (func (export \"f\")) (func (export \"g\")))",
                [
                    NativeGuest.function(0, Self.call, calls: [(1, 1)], wasmOffset: 5),
                    NativeGuest.function(
                        1, trap, traps: [(3, .integerOverflow)], wasmOffset: 6),
                ])
            for _ in 0..<3 {
                let ended = guest.trap("f")
                #expect(ended?.reason == .integerOverflow)
                #expect(ended?.backtrace.map(\.functionIndex) == [1, 0])
                #expect(ended?.backtrace.map(\.offsetBytes) == [6, 5])
                #expect(ended?.backtrace.first?.name == "g")
            }
        }

        @Test("machine code gets its arguments and gives its result")
        func addition() throws {
            let guest = try guest()
            #expect(
                try guest.call("add", .i32(3 as UInt32), .i32(UInt32.max)) == [.i32(2 as UInt32)])
        }

        @Test("an access past the memory traps with the frames of machine code")
        func memory() throws {
            let guest = try guest()
            let memory = try #require(guest.instance.memory("m"))
            try memory.store(0x1234_5678 as UInt32, at: 65_532)
            #expect(
                try guest.call("outer", .i32(65_532 as UInt32)) == [.i32(0x1234_5678 as UInt32)])
            let trap = try #require(guest.trap("outer", .i32(UInt32.max)))
            guard case .memoryOutOfBounds(let address, _) = trap.reason else {
                Issue.record("\(trap)")
                return
            }
            #expect(address == 0xFFFF_FFFF)
            #expect(trap.backtrace.map(\.functionIndex) == [2, 3])
            #expect(trap.backtrace.map(\.offsetBytes) == [22, 33])
            #expect(try guest.call("outer", .i32(0 as UInt32)) == [.i32(0 as UInt32)])
        }

        @Test("machine code and interpreted code call each other, and a trap names all of them")
        func mixed() throws {
            let guest = try guest()
            let memory = try #require(guest.instance.memory("m"))
            try memory.store(5 as UInt32, at: 8)
            #expect(try guest.call("left", .i32(8 as UInt32)) == [.i32(1005 as UInt32)])
            #expect(try guest.call("mixed", .i32(8 as UInt32)) == [.i32(1005 as UInt32)])
            let trap = try #require(guest.trap("mixed", .i32(0x1_0000 as UInt32)))
            guard case .memoryOutOfBounds(0x1_0000, _) = trap.reason else {
                Issue.record("\(trap)")
                return
            }
            #expect(trap.backtrace.map(\.functionIndex) == [2, 4, 5])
        }

        @Test("host functions are called, and their traps pass machine code")
        func host() throws {
            #expect(try guest().call("host", .i32(21 as UInt32)) == [.i32(42 as UInt32)])
            let failing = try guest { _ throws(Trap) in throw .host("no") }
            let trap = try #require(failing.trap("host", .i32(21 as UInt32)))
            #expect(trap.reason == .host("no"))
            #expect(trap.backtrace.map(\.functionIndex) == [6])
        }

        @Test("faults of instructions become the traps that the image says")
        func faults() throws {
            let guest = try guest()
            #expect(guest.trap("stop")?.reason == .integerOverflow)
            #expect(
                guest.trap("divide", .i32(1 as UInt32), .i32(0 as UInt32))?.reason
                    == .integerDivideByZero)
            #expect(
                try guest.call("divide", .i32(9 as UInt32), .i32(2 as UInt32)) == [
                    .i32(4 as UInt32)
                ])
        }

        @Test("a host function may call the guest again, which traps or returns")
        func again() throws {
            let guest = try guest { call throws(Trap) in
                guard let again = call.instance?.function("outer") else { return }
                let result = try again.call([.i32(UInt32(call.slots[0]))])
                if case .i32(let value) = result[0] { call.slots[0] = UInt64(value) + 1 }
            }
            #expect(try guest.call("host", .i32(0 as UInt32)) == [.i32(1 as UInt32)])
            let trap = try #require(guest.trap("host", .i32(UInt32.max)))
            guard case .memoryOutOfBounds = trap.reason else {
                Issue.record("\(trap)")
                return
            }
            #expect(try guest.call("host", .i32(0 as UInt32)) == [.i32(1 as UInt32)])
        }

        @Test("traps in many tasks at once each reach their own caller")
        func tasks() async throws {
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        guard let guest = try? self.guest() else { return false }
                        for round in 0..<50 {
                            guard guest.trap("outer", .i32(UInt32.max)) != nil else { return false }
                            if round % 10 == number % 10 { await Task.yield() }
                        }
                        return (try? guest.call("outer", .i32(0 as UInt32))) == [.i32(0 as UInt32)]
                    }
                }
                for await passed in group { #expect(passed) }
            }
        }

        @Test("endless recursion ends at the stack's limit")
        func recursion() throws {
            // MOV rax, [rdi + 8]; CMP rsp, [rax + 96]; JAE +2; UD2; CALL itself
            let body: [UInt8] = [
                0x48, 0x8B, 0x47, 0x08, 0x48, 0x3B, 0x60, 0x60, 0x73, 0x02, 0x0F, 0x0B, 0xE8, 0, 0,
                0,
                0,
            ]
            let guest = try NativeGuest(
                "(module (func (export \"f\")))",
                [NativeGuest.function(0, body, calls: [(13, 0)], traps: [(10, .stackExhausted)])])
            let trap = try #require(guest.trap("f"))
            #expect(trap.reason == .stackExhausted)
            #expect(trap.backtrace.count == 64)
        }

        @Test("a context ends where the instance's own memory begins, after its globals")
        func contextPlace() throws {
            let store = try Store()
            func instance(_ text: String, _ imports: Imports = Imports()) throws -> Instance {
                try store.instantiate(try Guest.load("(module \(text))"), imports: imports)
            }
            let globals = (0..<300).map { "(global (mut i64) (i64.const \($0)))" }.joined()
            let own = try instance("(memory (export \"m\") 1) \(globals)")
            let size = NativeLayout.contextByteCount(own.module.module)
            #expect(size >= 128 + 16 * 300 && size % 64 == 0)
            let base = UInt(bitPattern: unsafe own.memories[0].cell.pointee.base)
            #expect(UInt(bitPattern: unsafe own.context) + UInt(size) == base)
            #expect(own.globals[299].slots[0] == 299)
            var imports = Imports()
            imports["m", "m"] = .memory(own.memories[0])
            let user = try instance("(import \"m\" \"m\" (memory 1)) (memory 1)", imports)
            for memory in user.memories {
                let distance =
                    UInt(bitPattern: unsafe memory.cell.pointee.base)
                    &- UInt(bitPattern: unsafe user.context)
                #expect(distance != UInt(NativeLayout.contextByteCount(user.module.module)))
            }
            withExtendedLifetime(store) {}
        }

        @Test("the offsets that compilers use are those of the structures")
        func layout() {
            typealias Context = InstanceContext
            func offset<Root, Value>(_ path: KeyPath<Root, Value>) -> Int32 {
                Int32(MemoryLayout<Root>.offset(of: path) ?? -1)
            }
            #expect(unsafe offset(\Context.memory0) == NativeLayout.Context.memory0)
            #expect(unsafe offset(\Context.state) == NativeLayout.Context.state)
            #expect(unsafe offset(\Context.memories) == NativeLayout.Context.memories)
            #expect(unsafe offset(\Context.tables) == NativeLayout.Context.tables)
            #expect(unsafe offset(\Context.globals) == NativeLayout.Context.globals)
            #expect(
                unsafe offset(\Context.importedFunctions) == NativeLayout.Context.importedFunctions)
            #expect(unsafe offset(\Context.functionRecords) == NativeLayout.Context.functionRecords)
            #expect(unsafe offset(\Context.typeNumbers) == NativeLayout.Context.typeNumbers)
            #expect(unsafe offset(\Context.memory0Base) == NativeLayout.Context.memory0Base)
            #expect(unsafe offset(\Context.runtime) == NativeLayout.Context.runtime)
            #expect(unsafe offset(\Context.trap) == NativeLayout.Context.trap)
            #expect(MemoryLayout<Context>.size <= Context.globalsOffset)
            #expect(offset(\ExecutionState.fuel) == NativeLayout.State.fuel)
            #expect(offset(\ExecutionState.trapAddress) == NativeLayout.State.trapAddress)
            #expect(offset(\ExecutionState.trapWidth) == NativeLayout.State.trapWidth)
            #expect(offset(\ExecutionState.exception) == NativeLayout.State.exception)
            #expect(unsafe offset(\ExecutionState.heap) == NativeLayout.State.heap)
            #expect(offset(\ExecutionState.nativeStackLimit) == NativeLayout.State.nativeStackLimit)
            #expect(unsafe offset(\ExecutionState.results) == NativeLayout.State.results)
            #expect(offset(\ExecutionState.callStack) == NativeLayout.State.callStack)
            #expect(offset(\ExecutionState.callFrame) == NativeLayout.State.callFrame)
            #expect(unsafe offset(\FunctionRecord.context) == NativeLayout.Record.context)
            #expect(offset(\FunctionRecord.typeNumber) == NativeLayout.Record.typeNumber)
            #expect(unsafe offset(\FunctionRecord.nativeCode) == NativeLayout.Record.nativeCode)
            #expect(unsafe offset(\FunctionRecord.fastCode) == NativeLayout.Record.fastCode)
            #expect(unsafe offset(\FunctionRecord.fastContext) == NativeLayout.Record.fastContext)
            #expect(MemoryLayout<FunctionRecord>.stride == Int(NativeLayout.Record.stride))
            #expect(unsafe offset(\MemoryCell.base) == NativeLayout.Cell.base)
            #expect(offset(\MemoryCell.byteCount) == NativeLayout.Cell.count)
            #expect(unsafe offset(\TableCell.elements) == NativeLayout.Cell.base)
            #expect(offset(\TableCell.count) == NativeLayout.Cell.count)
        }
    }
#endif
