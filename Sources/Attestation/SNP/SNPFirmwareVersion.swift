/// A firmware version: major, minor, build.
package struct SNPFirmwareVersion: Equatable, Sendable, CustomStringConvertible {
    package let major: UInt8
    package let minor: UInt8
    package let build: UInt8

    /// A number that grows with the version: major, minor and build, a byte each.
    package var number: UInt64 { UInt64(major) << 16 | UInt64(minor) << 8 | UInt64(build) }

    package var description: String { "\(major).\(minor).\(build)" }
}
