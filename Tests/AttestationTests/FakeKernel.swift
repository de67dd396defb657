import Platform
import Synchronization

@testable import Attestation

/// Plays the kernel's files: configfs-tsm with its generations, the SEV guest device, Gramine's files.
final class FakeKernel: KernelFiles {
    /// What the kernel does wrong, and how often.
    struct Faults {
        /// Errors of the next writes of `inblob`, first come first.
        var inblobErrors: [Errno] = []
        /// Errors of the next reads of `outblob`.
        var outblobErrors: [Errno] = []
        /// How many times another process writes during a request.
        var races = 0
        /// How many answers carry someone else's report data.
        var wrongEchoes = 0
        /// The host answers with nothing.
        var isEmpty = false
        /// Errors of the next device requests, with their exit information.
        var device: [(Errno, UInt64)] = []
        /// Errors of the next mkdir.
        var makeDirectory: [Errno] = []
    }

    private struct State {
        var files: [String: [UInt8]]
        var faults: Faults
        var provider: String
        var generation: UInt64 = 0
        var entries: Set<String> = []
        var log: [String] = []
    }

    private let state: Mutex<State>
    private let certificates: [UInt8]

    init(
        provider: String = "sev_guest", files: [String: [UInt8]] = [:], faults: Faults = Faults(),
        certificates: [UInt8] = []
    ) {
        self.certificates = certificates
        state = Mutex(State(files: files, faults: faults, provider: provider))
    }

    /// Everything that was done, in order.
    var log: [String] { state.withLock { $0.log } }
    /// Entries that were not removed.
    var leftOver: Set<String> { state.withLock { $0.entries } }

    func exists(_ path: String) -> Bool {
        state.withLock { state in
            path == ReportDirectorySource.base && !state.provider.isEmpty
                || path.hasSuffix("/auxblob") && !certificates.isEmpty || state.files[path] != nil
        }
    }

    func makeDirectory(_ path: String) throws(Errno) {
        let error: Errno? = state.withLock { state in
            state.log.append("mkdir")
            if !state.faults.makeDirectory.isEmpty {
                return state.faults.makeDirectory.removeFirst()
            }
            state.entries.insert(path)
            return nil
        }
        if let error { throw error }
    }

    func removeDirectory(_ path: String) throws(Errno) {
        state.withLock { state in
            state.log.append("rmdir")
            state.entries.remove(path)
        }
    }

    func read(_ path: String, limitBytes: Int) throws(Errno) -> [UInt8] {
        let result: Result<[UInt8], Errno> = state.withLock { state in
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            guard path.hasPrefix(ReportDirectorySource.base) else {
                return state.files[path].map(Result.success) ?? .failure(.ENOENT)
            }
            switch name {
            case "provider": return .success(Array("\(state.provider)\n".utf8))
            case "generation": return .success(Array("\(state.generation)\n".utf8))
            case "privlevel_floor": return .success(Array("1\n".utf8))
            case "auxblob": return .success(certificates)
            case "outblob": return Self.answer(&state, path)
            default: return .failure(.ENOENT)
            }
        }
        return try result.get()
    }

    private static func answer(_ state: inout State, _ path: String) -> Result<[UInt8], Errno> {
        state.log.append("read outblob")
        if !state.faults.outblobErrors.isEmpty {
            return .failure(state.faults.outblobErrors.removeFirst())
        }
        if state.faults.races > 0 {
            state.faults.races -= 1
            state.generation += 1
        }
        if state.faults.isEmpty { return .success([]) }
        guard var data = state.files[path.replacing("outblob", with: "inblob")] else {
            return .failure(.EINVAL)
        }
        if state.faults.wrongEchoes > 0 {
            state.faults.wrongEchoes -= 1
            data[0] ^= 1
        }
        return .success(report(data, provider: state.provider))
    }

    /// Unsigned evidence that carries the data in its place.
    static func report(_ data: [UInt8], provider: String = "sev_guest") -> [UInt8] {
        let offset = provider == "tdx_guest" ? 48 + 520 : 0x50
        var bytes = [UInt8](repeating: 0, count: 1184)
        bytes[0] = provider == "tdx_guest" ? 4 : 2
        bytes.replaceSubrange(offset..<offset + data.count, with: data)
        return bytes
    }

    func write(_ path: String, _ bytes: [UInt8]) throws(Errno) {
        let error: Errno? = state.withLock { state in
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            state.log.append("write \(name) \(bytes.count)")
            if name == "inblob", !state.faults.inblobErrors.isEmpty {
                return state.faults.inblobErrors.removeFirst()
            }
            if name == "inblob", bytes.count != 64 { return .EINVAL }
            if name == "privlevel", String(decoding: bytes, as: UTF8.self) != "2" { return .EINVAL }
            state.files[path] = bytes
            state.generation += 1
            return nil
        }
        if let error { throw error }
    }

    private func takeDeviceFault() throws(SEVGuestFailure) {
        let fault: (Errno, UInt64)? = state.withLock { state in
            state.faults.device.isEmpty ? nil : state.faults.device.removeFirst()
        }
        if let (error, exitInfo) = fault { throw .refused(error, exitInfo: exitInfo) }
    }

    func extendedReport(
        _ path: String, _ request: [UInt8]
    ) throws(SEVGuestFailure) -> (response: [UInt8], certificates: [UInt8]) {
        state.withLock { $0.log.append("extended report") }
        try takeDeviceFault()
        return (Self.response(request), certificates)
    }

    func report(_ path: String, _ request: [UInt8]) throws(SEVGuestFailure) -> [UInt8] {
        state.withLock { $0.log.append("report") }
        try takeDeviceFault()
        return Self.response(request)
    }

    private static func response(_ request: [UInt8]) -> [UInt8] {
        var response = [UInt8](repeating: 0, count: 4000)
        response[4] = 0xa0
        response[5] = 0x04
        response.replaceSubrange(32..<32 + 1184, with: report(Array(request.prefix(64))))
        return response
    }

    func derivedKey(_ path: String, _ request: [UInt8]) throws(SEVGuestFailure) -> [UInt8] {
        try takeDeviceFault()
        return [UInt8](repeating: 0, count: 32) + request
    }

    func pause(milliseconds: Int) { state.withLock { $0.log.append("pause") } }
}
