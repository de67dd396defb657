/// What the process's exit code means, besides a guest's own codes (`sysexits.h` where it has one).
enum ExitStatus: Int32 {
    /// The command line is wrong.
    case usage = 64
    /// The input is not what it should be: malformed, invalid, or the guest trapped.
    case data = 65
    /// Something the command needs is not there.
    case unavailable = 69
    /// A fault of Martlet's own.
    case `internal` = 70
    /// A policy refused.
    case refused = 77
    /// The time budget ran out.
    case time = 124
    /// The memory budget ran out.
    case memory = 137
}
