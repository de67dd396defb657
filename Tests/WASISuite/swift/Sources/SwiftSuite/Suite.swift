public import GuestKit

/// Runs named cases and prints what the C programs of the suite print.
public struct Suite {
    private var passed = 0
    private var failed = 0
    private let skipped: Set<Int>
    private var number = 0

    /// Reads `suite:skip=3,17` from the last argument.
    public init() {
        let prefix = "suite:skip="
        let last = Process.arguments.last ?? ""
        guard last.utf8.starts(with: prefix.utf8) else {
            skipped = []
            return
        }
        skipped = Set(
            last.utf8.dropFirst(prefix.utf8.count).split(separator: 0x2C).compactMap {
                Int(String(decoding: $0, as: UTF8.self))
            })
    }

    /// One case. The body gives what is wrong, or nil; an error that it throws fails it.
    public mutating func test(_ name: String, _ body: () throws(Errno) -> String?) {
        defer { number += 1 }
        if skipped.contains(number) {
            print("skipping \(name)")
            return
        }
        var wrong: String?
        do throws(Errno) {
            wrong = try body()
        } catch {
            wrong = "success, got \(error.name)"
        }
        if let wrong {
            failed += 1
            print("FAILED \(name): expected \(wrong)")
        } else {
            passed += 1
            print("ok \(name)")
        }
    }

    /// Prints the count and ends the program.
    public func finish() -> Never {
        print("\(passed) passed, \(failed) failed")
        Process.exit(failed == 0 ? 0 : 1)
    }
}

/// Nil when the error is one of those wanted.
public func throwing(
    _ wanted: Errno..., body: () throws(Errno) -> Void
) -> String? {
    do throws(Errno) {
        try body()
        return "\(wanted[0].name), got success"
    } catch {
        return wanted.contains(error) ? nil : "\(wanted[0].name), got \(error.name)"
    }
}

/// Nil when it holds.
public func holds(_ condition: Bool, _ what: String) -> String? {
    condition ? nil : what
}
