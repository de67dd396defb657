internal import Bytes
package import Diagnostics

/// The drivers that a machine's image needs, in an order in which the kernel can load them.
package struct DriverSet {
    /// Path of each known driver by its name, such as `virtio_net`.
    private let paths: [String: String]
    private let read: (String) throws(Diagnostic) -> [UInt8]

    /// What a keep's machine has: disks, network, entropy, and the doors to evidence.
    package static let required = ["virtio_pci", "virtio_blk", "virtio_net", "virtio_rng"]
    package static let optional = ["sev_guest", "tdx_guest", "configfs", "tsm"]

    /// - Parameters:
    ///   - files: every file below a kernel's `/lib/modules/VERSION`.
    ///   - read: reads one of them.
    package init(files: [String], read: @escaping (String) throws(Diagnostic) -> [UInt8]) {
        var paths: [String: String] = [:]
        for file in files.sorted() where file.hasSuffix(".ko") {
            let base = file.split(separator: "/").last ?? ""
            paths[KernelDriver.name(base.dropLast(3))] = file
        }
        self.paths = paths
        self.read = read
    }

    /// A driver's name and its file's content.
    package struct Driver {
        package var name: String
        package var content: [UInt8]
    }

    /// The required and the available optional drivers with all that they need, the needed first.
    package func closure() throws(Diagnostic) -> [Driver] {
        var result: [Driver] = []
        var seen: Set<String> = []
        for name in Self.required {
            guard paths[name] != nil else {
                throw Diagnostic(
                    what: "the kernel has no driver \(name)",
                    remedy: "use Debian's cloud or generic kernel; see Scripts/kernel.sh")
            }
            try visit(name, &seen, &result)
        }
        for name in Self.optional where paths[name] != nil { try visit(name, &seen, &result) }
        return result
    }

    private func visit(
        _ name: String, _ seen: inout Set<String>, _ result: inout [Driver]
    ) throws(Diagnostic) {
        // A name without a file is built into the kernel.
        guard let path = paths[name], seen.insert(name).inserted else { return }
        let content = try read(path)
        let driver: KernelDriver
        do {
            driver = try KernelDriver(decoding: content)
        } catch {
            throw Diagnostic(
                what: error.description, where: path,
                remedy: "decompress the kernel's modules; this reads plain .ko files")
        }
        for dependency in driver.dependencies.sorted() { try visit(dependency, &seen, &result) }
        result.append(Driver(name: name, content: content))
    }
}
