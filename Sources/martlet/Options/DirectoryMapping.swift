import ArgumentParser

/// `HOST::GUEST[:ro]`: a host directory and where the guest sees it.
///
/// A bare `DIRECTORY` is seen under its own name.
struct DirectoryMapping: ExpressibleByArgument, Equatable, Sendable {
    var host: String
    var guest: String
    var isReadOnly: Bool

    init?(argument: String) {
        var text = Substring(argument)
        isReadOnly = text.hasSuffix(":ro")
        if isReadOnly { text = text.dropLast(3) }
        if let separator = text.firstRange(of: "::") {
            host = String(text[..<separator.lowerBound])
            guest = String(text[separator.upperBound...])
        } else {
            host = String(text)
            guest = host
        }
        guard !host.isEmpty, !guest.isEmpty else { return nil }
    }
}
