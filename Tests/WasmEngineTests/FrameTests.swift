import Testing
@testable import WasmEngine

@Suite struct LayoutTests {
    @Test("native code's offsets hold")
    func offsets() {
        #expect(unsafe MemoryLayout<InstanceContext>.offset(of: \.memory0) == 0)
        #expect(unsafe MemoryLayout<InstanceContext>.offset(of: \.state) == 8)
        #expect(unsafe MemoryLayout<InstanceContext>.offset(of: \.instance) == 64)
        #expect(MemoryLayout<InstanceContext>.size <= InstanceContext.globalsOffset)
        #expect(MemoryLayout<FunctionRecord>.offset(of: \.typeNumber) == 16)
        #expect(unsafe MemoryLayout<FunctionRecord>.offset(of: \.nativeCode) == 32)
        #expect(MemoryLayout<CodeEntry>.offset(of: \.stubInstruction) == CodeEntry.stubOffset)
        #expect(MemoryLayout<Operation>.size == 2)
    }
}
