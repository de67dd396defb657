/// The initial file system of a keep's machine: the keep as first process, and the drivers.
package enum InitialDisk {
    /// Builds the archive; equal inputs give equal bytes.
    ///
    /// - Parameters:
    ///   - keep: the static executable `martlet-keep`.
    ///   - drivers: in the order in which they are to be loaded.
    package static func archive(keep: [UInt8], drivers: [DriverSet.Driver]) -> [UInt8] {
        var archive = CpioArchive()
        for directory in ["dev", "proc", "sys", "tmp", "etc"] { archive.addDirectory(directory) }
        archive.addDevice("dev/console", major: 5, minor: 1)
        archive.addDevice("dev/null", major: 1, minor: 3)
        let paths = drivers.map { "lib/drivers/\($0.name).ko" }
        archive.addFile("etc/drivers", Array(paths.map { "/\($0)\n" }.joined().utf8))
        for (driver, path) in zip(drivers, paths) { archive.addFile(path, driver.content) }
        archive.addFile("init", keep, isExecutable: true)
        return archive.finish()
    }
}
