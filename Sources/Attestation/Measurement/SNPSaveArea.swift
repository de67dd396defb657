/// The first register state of a virtual processor: a VMSA page (AMD64 Architecture Programmer's Manual
/// vol. 2, table B-4), as a hypervisor sets it up.
package struct SNPSaveArea: Sendable {
    /// The hypervisors whose register states are known.
    package enum Hypervisor: String, Sendable, CaseIterable {
        /// QEMU with KVM.
        case qemu
        /// AWS EC2.
        case ec2
        /// Google Compute Engine.
        case gce
    }

    /// The page.
    let page: [UInt8]

    /// - Parameters:
    ///   - instructionPointer: where the processor starts; its upper half becomes the code
    ///     segment's base.
    ///   - signature: CPUID Fn0000_0001_EAX of the virtual processor.
    ///   - features: SEV_FEATURES.
    init(
        instructionPointer: UInt32, signature: UInt32, features: UInt64, _ hypervisor: Hypervisor
    ) {
        var area = PageWriter()
        let isFirst = instructionPointer == 0xffff_fff0
        let isEC2 = hypervisor == .ec2
        let code: UInt16 = isEC2 && isFirst ? 0x9a : 0x9b
        for offset in [0x00, 0x30, 0x40, 0x50] { area.segment(offset, attributes: 0x93) }
        area.segment(
            0x10, selector: 0xf000, attributes: code,
            base: UInt64(instructionPointer & 0xffff_0000))
        area.segment(0x20, attributes: isEC2 ? 0x92 : 0x93)
        area.segment(0x60, attributes: 0)
        area.segment(0x70, attributes: 0x82)
        area.segment(0x80, attributes: 0)
        area.segment(0x90, attributes: isEC2 ? 0x83 : 0x8b)
        area.put(0x0d0, 0x1000)  // EFER: SVME, which KVM sets
        area.put(0x148, 0x40)  // CR4: MCE
        area.put(0x158, 0x10)  // CR0
        area.put(0x160, 0x400)  // DR7
        area.put(0x168, 0xffff_0ff0)  // DR6
        area.put(0x170, 0x2)  // RFLAGS
        area.put(0x178, UInt64(instructionPointer & 0xffff))  // RIP
        area.put(0x268, hypervisor == .gce ? 0x0007_0106 : 0x0007_0406_0007_0406)  // G_PAT
        area.put(0x310, hypervisor == .qemu ? UInt64(signature) : 0x600)  // RDX
        area.put(0x3b0, features)  // SEV_FEATURES
        area.put(0x3e8, 1)  // XCR0
        if hypervisor == .qemu {
            area.put(0x408, 0x1f80)  // MXCSR
            area.put(0x410, 0x37f)  // X87_FCW
        }
        page = area.page
    }

    private struct PageWriter {
        var page = [UInt8](repeating: 0, count: 4096)

        mutating func put<T: FixedWidthInteger>(_ offset: Int, _ value: T) {
            for index in 0..<T.bitWidth / 8 {
                page[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }

        /// Writes eight bytes.
        mutating func put(_ offset: Int, _ value: UInt64) {
            for index in 0..<8 {
                page[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }

        mutating func segment(
            _ offset: Int, selector: UInt16 = 0, attributes: UInt16, base: UInt64 = 0
        ) {
            put(offset, selector)
            put(offset + 2, attributes)
            put(offset + 4, UInt32(0xffff))
            put(offset + 8, base)
        }
    }
}
