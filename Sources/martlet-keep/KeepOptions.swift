import Bytes
import Diagnostics
import Keep
import Platform

/// What the launcher tells a keep. Nothing of it is trusted for more than finding descriptors; the
/// owner's pin only ever narrows who may own the keep.
struct KeepOptions {
    private var control: Int32 = 3
    private var broker: Int32 = 4
    private var lifeline: Int32?
    private var simulated: Int32?
    private var machinePort: UInt16?
    private var standalonePort: UInt16?
    private var vaults: String?
    private var isSimulatedMachine = false
    /// Whether machine code that the owner compiled may run. In a machine and an enclave this option
    /// is measured: such code can do all that the keep can, so evidence must show that it may be here.
    private(set) var takesCodeImages = false
    private(set) var owner: [UInt8]?

    init(_ arguments: [String]) throws(Diagnostic) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--simulated": isSimulatedMachine = true
            case "--code-images": takesCodeImages = true
            default:
                guard let value = rest.popFirst() else {
                    throw Diagnostic(what: "\(name.escapedForDisplay()) lacks its value")
                }
                try take(name, value)
            }
        }
        guard machinePort == nil || standalonePort == nil else {
            throw Diagnostic(what: "--machine and --standalone exclude each other")
        }
        guard (standalonePort == nil) == (vaults == nil) else {
            throw Diagnostic(what: "--standalone and --vaults belong together")
        }
        guard !isSimulatedMachine || machinePort != nil else {
            throw Diagnostic(what: "--simulated belongs to --machine")
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(Diagnostic) {
        switch name {
        case "--control": control = try Self.number(value)
        case "--broker": broker = try Self.number(value)
        case "--lifeline": lifeline = try Self.number(value)
        case "--simulated-tee": simulated = try Self.number(value)
        case "--machine": machinePort = try Self.port(value)
        case "--standalone": standalonePort = try Self.port(value)
        case "--vaults": vaults = value
        case "--owner":
            guard let pin = [UInt8](hexadecimal: value), pin.count == 32 else {
                throw Diagnostic(what: "--owner takes 32 bytes in hexadecimal")
            }
            owner = pin
        default: throw Diagnostic(what: "unknown option \(name.escapedForDisplay())")
        }
    }

    private static func number(_ text: String) throws(Diagnostic) -> Int32 {
        guard let number = Int32(text), number >= 0 else {
            throw Diagnostic(what: "\(text.escapedForDisplay()) is no descriptor")
        }
        return number
    }

    private static func port(_ text: String) throws(Diagnostic) -> UInt16 {
        guard let port = UInt16(text), port > 0 else {
            throw Diagnostic(what: "\(text.escapedForDisplay()) is no port")
        }
        return port
    }

    /// The doors that this keep was given, or those it opens for itself.
    func place() throws(Diagnostic) -> KeepPlace {
        guard let port = machinePort ?? standalonePort else {
            return KeepPlace(control: control, lifeline: lifeline, kind: .process(broker: broker))
        }
        do throws(Errno) {
            let listener = try MachineResources.listener(port: port)
            guard let vaults else {
                // The machine's serial line: a word on it asks the keep to end.
                return KeepPlace(control: listener.release(), lifeline: 0, kind: .machine)
            }
            return KeepPlace(
                control: listener.release(), lifeline: nil, kind: .standalone(vaults: vaults))
        } catch {
            throw Diagnostic(what: "can not listen on port \(port): \(error)")
        }
    }

    /// A connection to what plays the hardware; nil when nothing may.
    func simulatedTEE() throws(Diagnostic) -> Int32? {
        if let simulated { return simulated }
        guard isSimulatedMachine else { return nil }
        do throws(Errno) {
            let address = SocketAddress(.v4(0x0A00_0264), port: 7000)
            let socket = try BorrowedDescriptor.connected(to: address)
            // Its one user waits for whole answers.
            try socket.borrowed.setStatusFlags([])
            return socket.release()
        } catch {
            throw Diagnostic(
                what: "the simulated TEE can not be reached: \(error)",
                remedy: "start `martlet-simtee serve` and name it to `martlet host`")
        }
    }
}
