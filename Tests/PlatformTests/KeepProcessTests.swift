import Foundation
import Platform
import Synchronization
import Testing

@Suite("Processes that may do next to nothing")
struct KeepProcessTests {
    /// Starts a program that sleeps for a minute.
    private func sleeper(
        _ change: (inout KeepProcessOptions) -> Void
    ) throws -> KeepProcess {
        var options = KeepProcessOptions()
        options.isolation = []
        options.arguments = ["sleep", "60"]
        change(&options)
        let program = try BorrowedDescriptor.currentDirectory.open("/bin/sleep", .readOnly)
        let nothing = try BorrowedDescriptor.currentDirectory.open("/dev/null", .readWrite)
        return try KeepProcess(
            program.borrowed, options, descriptors: [nothing.borrowed], nothing: nothing.borrowed,
            log: nothing.borrowed)
    }

    /// How it ended, within ten seconds; nil when it has not.
    private func end(of process: KeepProcess) -> KeepProcess.End? {
        for _ in 0..<1000 {
            if let end = process.reap() { return end }
            sleepFor(milliseconds: 10)
        }
        return nil
    }

    @Test("one that ends with its thread is killed when that ends; another goes on")
    func threads() throws {
        let started = Mutex<[KeepProcess]>([])
        let thread = try HostThread {
            for ends in [true, false] {
                let process = try? sleeper { $0.endsWithThread = ends }
                started.withLock { $0 += [process].compactMap(\.self) }
            }
        }
        thread.join()
        let processes = started.withLock { $0 }
        try #require(processes.count == 2)
        #expect(end(of: processes[0]) == .killed(signal: 9))
        #expect(processes[1].reap() == nil)
        processes[1].kill()
        #expect(end(of: processes[1]) == .killed(signal: 9))
    }

    @Test("below root each is a user of its own, in no group", .enabled(if: geteuid() == 0))
    func users() throws {
        try #require(Isolation.available().contains(.users))
        let processes = [
            try sleeper { $0.isolation = [.users] }, try sleeper { $0.isolation = [.users] },
        ]
        defer {
            for process in processes {
                process.kill()
                _ = end(of: process)
            }
        }
        var users: Set<Substring> = []
        for process in processes {
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            func words(_ name: String) throws -> [Substring] {
                let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
                return line.dropFirst(name.count).split(whereSeparator: \.isWhitespace)
            }
            let ids = Set(try words("Uid:") + words("Gid:"))
            #expect(ids.count == 1 && !ids.contains("0"))
            #expect(try words("Groups:").isEmpty)
            #expect(try words("CapEff:") == ["0000000000000000"])
            users.formUnion(ids)
        }
        // Nobody, in a container that has no other users.
        #expect(users.count == 2 || users == ["65534"])
    }
}
