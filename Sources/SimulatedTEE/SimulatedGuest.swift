/// What a simulated guest is: the parts of its evidence that are its own or its launcher's.
package struct SimulatedGuest: Equatable, Sendable {
    /// 64 bytes that the guest chose; shorter ones are followed by zeros.
    package var reportData: [UInt8]
    /// The launch digest, 48 bytes.
    package var measurement: [UInt8]
    /// What the host gave at launch, 32 bytes.
    package var hostData: [UInt8] = []
    package var privilegeLevel: UInt32 = 0
    package var allowsDebug = false

    package init(reportData: [UInt8], measurement: [UInt8]) {
        self.reportData = reportData
        self.measurement = measurement
    }
}
