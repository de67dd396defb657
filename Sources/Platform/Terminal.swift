import Glibc

/// The terminal of the person who started the program.
package enum Terminal {
    /// Whether a descriptor is a terminal (isatty(3)).
    package static func isTerminal(_ descriptor: BorrowedDescriptor) -> Bool {
        isatty(descriptor.number) == 1
    }

    /// Asks for a line on the controlling terminal without showing what is typed.
    ///
    /// - Throws: `ENXIO` or the like when there is no terminal.
    package static func readSecret(prompt: String) throws(Errno) -> [UInt8] {
        let terminal = try BorrowedDescriptor.currentDirectory.open("/dev/tty", [.readWrite])
        var saved = termios()
        // SAFETY: tcgetattr fills the structure it is given.
        try checkedLibc(unsafe tcgetattr(terminal.number, &saved))
        var quiet = saved
        quiet.c_lflag &= ~tcflag_t(ECHO)
        // SAFETY: tcsetattr only reads the structure.
        try checkedLibc(unsafe tcsetattr(terminal.number, TCSAFLUSH, &quiet))
        defer { _ = unsafe tcsetattr(terminal.number, TCSAFLUSH, &saved) }
        try terminal.borrowed.writeAll(Array(prompt.utf8))
        var line: [UInt8] = []
        while line.count < 4096 {
            var byte: UInt8 = 0
            let count = try unsafe withUnsafeMutableBytes(of: &byte) { (one) throws(Errno) in
                try unsafe terminal.borrowed.read(into: one)
            }
            if count == 0 || byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        try terminal.borrowed.writeAll([UInt8(ascii: "\n")])
        return line
    }
}
