import Glibc

/// This process's environment.
package enum ProcessEnvironment {
    /// The number of this process.
    package static var processIdentifier: Int32 { getpid() }

    /// The value of a variable, or `nil` when it is not set.
    package static func value(_ name: String) -> String? {
        // SAFETY: the text is copied at once; the runtime never changes the environment.
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    /// Ends this process, with what is in C's buffers written.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}

/// Ends this process at once, with an exit code.
package func exitProcess(_ code: Int32) -> Never { _exit(code) }
