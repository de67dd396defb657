/// What became of a script's commands.
struct ScriptReport: Sendable {
    var passed = 0
    var skipped = 0
    var failures: [ScriptFailure] = []

    init() {}

    init(failure: ScriptFailure) { failures = [failure] }

    mutating func add(_ other: ScriptReport) {
        passed += other.passed
        skipped += other.skipped
        failures += other.failures
    }
}

/// A command that did not do what the script says.
struct ScriptFailure: Error, Sendable {
    /// The command's line; 0 when the whole file failed.
    var line = 0
    /// What happened and what was expected; foreign text is escaped.
    var what: String

    init(_ what: String) { self.what = what }

    init(line: Int, _ what: String) {
        self.line = line
        self.what = what
    }
}
