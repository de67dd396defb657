import Bytes
import Diagnostics
import Foundation
import Testing

@testable import Host

@Suite("The initial disk of a keep's machine")
struct InitialDiskTests {
    /// A relocatable ELF file with one section `.modinfo` and its table of names.
    private func driver(depends: String) -> [UInt8] {
        let information = Array("license=GPL\0depends=\(depends)\0name=x\0".utf8)
        let names = Array("\0.modinfo\0.shstrtab\0".utf8)
        func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
            (0..<MemoryLayout<T>.size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        func section(_ name: UInt32, _ offset: Int, _ size: Int) -> [UInt8] {
            little(name) + little(UInt32(1)) + [UInt8](repeating: 0, count: 16)
                + little(UInt64(offset)) + little(UInt64(size))
                + [UInt8](repeating: 0, count: 24)
        }
        let body = information + names
        let header =
            [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 34)
            + little(UInt64(64 + body.count)) + [UInt8](repeating: 0, count: 10)
            + little(UInt16(64)) + little(UInt16(3)) + little(UInt16(2))
        return header + body + [UInt8](repeating: 0, count: 64)
            + section(1, 64, information.count)
            + section(10, 64 + information.count, names.count)
    }

    private func drivers(_ table: [String: String]) -> DriverSet {
        DriverSet(files: table.keys.map { "kernel/\($0).ko" }) { (path) throws(Diagnostic) in
            self.driver(depends: table[String(path.dropFirst(7).dropLast(3))] ?? "")
        }
    }

    private let kernel = [
        "virtio": "", "virtio_ring": "virtio", "virtio_pci": "virtio,virtio_ring",
        "virtio_blk": "virtio_ring", "net_failover": "failover", "failover": "",
        "virtio_net": "net_failover,virtio", "virtio-rng": "virtio", "unrelated": "virtio",
    ]

    @Test("drivers come after what they need, and only those needed")
    func order() throws {
        let names = try drivers(kernel).closure().map(\.name)
        #expect(
            names == [
                "virtio", "virtio_ring", "virtio_pci", "virtio_blk", "failover", "net_failover",
                "virtio_net", "virtio_rng",
            ])
    }

    @Test("a kernel without a required driver is refused by the driver's name")
    func missingDriver() throws {
        var incomplete = kernel
        incomplete["virtio_net"] = nil
        let error = #expect(throws: Diagnostic.self) { try drivers(incomplete).closure() }
        #expect(error?.what.contains("virtio_net") == true)
    }

    @Test("circular needs end")
    func circle() throws {
        var circular = kernel
        circular["virtio"] = "virtio_ring"
        #expect(try drivers(circular).closure().count == 8)
    }

    @Test("a driver's file cut at any length is refused or has nothing to say")
    func truncatedDriver() {
        let whole = driver(depends: "a,b-c")
        #expect((try? KernelDriver(decoding: whole))?.dependencies == ["a", "b_c"])
        for count in 0..<whole.count {
            #expect(throws: MalformedBytes.self) {
                try KernelDriver(decoding: Array(whole.prefix(count)))
            }
        }
    }

    @Test("cpio(1) lists what was put in; equal inputs give equal bytes")
    func archive() throws {
        let found = try drivers(kernel).closure()
        let bytes = InitialDisk.archive(keep: [1, 2, 3], drivers: found)
        #expect(bytes == InitialDisk.archive(keep: [1, 2, 3], drivers: found))
        #expect(bytes.count % 512 == 0)
        let names = names(in: bytes)
        #expect(names.first == "dev" && names.last == "TRAILER!!!")
        #expect(names.contains("init") && names.contains("lib/drivers/virtio_net.ko"))
        #expect(names.filter { $0 == "lib/drivers" }.count == 1)
    }

    /// Names of an archive's entries, read by its format's rules.
    private func names(in archive: [UInt8]) -> [String] {
        var result: [String] = []
        var offset = 0
        while offset + 110 <= archive.count {
            func field(_ index: Int) -> Int {
                let start = offset + 6 + index * 8
                return Int(String(decoding: archive[start..<start + 8], as: UTF8.self), radix: 16)
                    ?? 0
            }
            let nameEnd = offset + 110 + field(11)
            let size = field(6)
            result.append(
                String(decoding: archive[offset + 110..<nameEnd - 1], as: UTF8.self))
            if result.last == "TRAILER!!!" { break }
            offset = (nameEnd + 3) & ~3
            offset = (offset + size + 3) & ~3
        }
        return result
    }

    @Test("gzip(1) gives the bytes back; equal inputs give equal bytes")
    func compression() throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
        let packed = Gzip.compress(bytes)
        #expect(packed == Gzip.compress(bytes))
        #expect(packed.prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3])
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        Thread.detachNewThread {
            input.fileHandleForWriting.write(Data(packed))
            try? input.fileHandleForWriting.close()
        }
        let unpacked = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        #expect([UInt8](unpacked) == bytes)
    }
}
