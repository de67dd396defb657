import Platform

/// The run-time measurement registers of a TDX guest (Linux 6.16,
/// Documentation/ABI/testing/sysfs-devices-virtual-misc-tdx_guest).
package struct RuntimeRegisters: Sendable {
    static let base = "/sys/devices/virtual/misc/tdx_guest/measurements"

    private let files: any KernelFiles

    package init(files: some KernelFiles) { self.files = files }

    /// Whether the kernel offers them.
    package var areAvailable: Bool { files.exists(path(0)) }

    private func path(_ index: Int) -> String { "\(Self.base)/rtmr\(index):sha384" }

    /// The value of register 0 to 3: 48 bytes.
    package func value(_ index: Int) throws(CollectionFailure) -> [UInt8] {
        let place = path(index)
        let value: [UInt8]
        do throws(Errno) {
            value = try files.read(place, limitBytes: 4096)
        } catch {
            throw CollectionFailure(error, "can not be read", in: place)
        }
        guard value.count == 48 else {
            throw CollectionFailure("register has \(value.count) bytes, not 48", in: place)
        }
        return value
    }

    /// Extends register 2 or 3 with a SHA-384 digest: value becomes SHA-384(value || digest).
    ///
    /// Registers 0 and 1 are the firmware's; 3 is meant for applications.
    package func extend(_ index: Int, with digest: [UInt8]) throws(CollectionFailure) {
        let place = path(index)
        guard 2...3 ~= index, digest.count == 48 else {
            throw CollectionFailure(
                "register \(index) and \(digest.count) bytes; registers 2 and 3 take 48", in: place)
        }
        do throws(Errno) {
            try files.write(place, digest)
        } catch {
            throw CollectionFailure(error, "can not be extended", in: place)
        }
    }
}
