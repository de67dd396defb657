/// Writes a line to standard output in one call; output that the host does not take is lost.
public func print(_ text: String, terminator: String = "\n") {
    write(text + terminator, to: .standardOutput)
}

/// Writes a line to standard error in one call; output that the host does not take is lost.
public func printError(_ text: String, terminator: String = "\n") {
    write(text + terminator, to: .standardError)
}

private func write(_ text: String, to descriptor: FileDescriptor) {
    do throws(Errno) {
        try descriptor.writeAll(text)
    } catch {
        // There is nowhere left to say it.
    }
}
