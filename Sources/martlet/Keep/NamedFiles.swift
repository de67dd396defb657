import Diagnostics

/// `NAME=@FILE` on the command line.
enum NamedFiles {
    /// Names and the files' contents.
    static func read(_ texts: [String], _ option: String) throws -> [(name: String, bytes: [UInt8])]
    {
        try texts.map { text in
            guard let mark = text.firstRange(of: "=@") else {
                throw Diagnostic(
                    what: "\(option) takes NAME=@FILE",
                    remedy: "values never stand on the command line, where all can read them")
            }
            return (
                String(text[..<mark.lowerBound]),
                try InputFile.bytes(String(text[mark.upperBound...]))
            )
        }
    }
}
