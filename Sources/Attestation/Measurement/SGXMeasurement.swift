import Bytes
import Cryptography

/// MRENCLAVE of an SGX enclave: SHA-256 over the records of its building (Intel SDM vol. 3D, ECREATE,
/// EADD, EEXTEND). PROVISIONAL in the choice of what is added, which is the loader's.
package struct SGXMeasurement: ~Copyable {
    private var hash = StreamingHash(.sha256)

    /// Begins with ECREATE.
    ///
    /// - Parameters:
    ///   - frameSize: SSAFRAMESIZE, pages of a state save frame.
    ///   - size: bytes of the enclave's address range.
    package init(frameSize: UInt32, size: UInt64) {
        hash.update(Self.record("ECREATE\0", Self.little(frameSize) + Self.little(size)))
    }

    /// EADD of a page at `offset` with SECINFO flags: R 1, W 2, X 4, TCS 0x100, REG 0x200.
    package mutating func add(offset: UInt64, flags: UInt64) {
        hash.update(Self.record("EADD\0\0\0\0", Self.little(offset) + Self.little(flags)))
    }

    /// EEXTEND of 256 bytes at `offset`.
    package mutating func extend(offset: UInt64, _ chunk: ArraySlice<UInt8>) {
        precondition(chunk.count == 256, "EEXTEND measures 256 bytes")
        hash.update(Self.record("EEXTEND\0", Self.little(offset)))
        hash.update(chunk)
    }

    /// MRENCLAVE: 32 bytes.
    package consuming func finish() -> [UInt8] { hash.finish() }

    private static func record(_ name: String, _ fields: [UInt8]) -> [UInt8] {
        let record = Array(name.utf8) + fields
        return record + [UInt8](repeating: 0, count: 64 - record.count)
    }

    private static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
