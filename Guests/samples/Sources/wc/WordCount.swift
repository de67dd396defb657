internal import GuestKit

/// Counts as POSIX wc does: `wc [-clmw] [FILE...]`, standard input when there is no file.
@main
struct WordCount {
    static func main() {
        guard let options = Options(Process.arguments.dropFirst()) else {
            printError("wc: usage: wc [-clmw] [FILE...]")
            Process.exit(2)
        }
        var total = Counts()
        var failed = false
        for name in options.files {
            do throws(Errno) {
                let counts = try count(name)
                total.add(counts)
                print(options.line(counts, name))
            } catch {
                printError("wc: \(name): \(error.name)")
                failed = true
            }
        }
        if options.files.isEmpty {
            do throws(Errno) {
                print(options.line(try Counts(reading: .standardInput), nil))
            } catch {
                printError("wc: standard input: \(error.name)")
                failed = true
            }
        }
        if options.files.count > 1 { print(options.line(total, "total")) }
        Process.exit(failed ? 1 : 0)
    }

    private static func count(_ name: String) throws(Errno) -> Counts {
        if name == "-" { return try Counts(reading: .standardInput) }
        let file = try File(name, .read)
        if try file.descriptor.status().type == .directory { throw .isdir }
        return try Counts(reading: file.descriptor)
    }
}
