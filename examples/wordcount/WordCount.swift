internal import GuestKit

/// Keeps what comes on standard input as the next file of a directory, then counts the words of all
/// the files there.
@main
struct WordCount {
    private static var directory: String { "/texts" }

    static func main() {
        do throws(Errno) {
            try keep(try File(owning: .standardInput).readToEnd())
            var words = 0
            let texts = try FileSystem.entries(of: directory)
            for text in texts { words += count(try FileSystem.read("\(directory)/\(text.name)")) }
            print("\(texts.count) texts, \(words) words")
        } catch {
            printError("wordcount: \(error.name)")
            Process.exit(1)
        }
    }

    private static func keep(_ text: [UInt8]) throws(Errno) {
        if text.isEmpty { return }
        let number = try FileSystem.entries(of: directory).count + 1
        try FileSystem.write(text, to: "\(directory)/text-\(number)")
    }

    /// Runs of bytes above the space.
    private static func count(_ text: [UInt8]) -> Int {
        var words = 0
        var isInside = false
        for byte in text {
            if byte > 0x20, !isInside { words += 1 }
            isInside = byte > 0x20
        }
        return words
    }
}
