internal import GuestKit

/// Answers HTTP requests, one at a time, with how many there have been.
@main
struct WebPage {
    /// What a request may have before it is answered.
    private static var requestBytes: Int { 8192 }
    private static var requestNanoseconds: UInt64 { 2_000_000_000 }

    static func main() {
        do throws(Errno) {
            let listener = try findListener()
            var visits = 0
            while true {
                let client = File(owning: try listener.accept())
                visits += 1
                // Whoever hangs up or says nothing ends only this connection.
                do throws(Errno) { try answer(client.descriptor, visits) } catch {}
            }
        } catch {
            printError("webpage: \(error.name)")
            Process.exit(1)
        }
    }

    /// The listener that the manifest names: the first socket after the directories.
    private static func findListener() throws(Errno) -> FileDescriptor {
        var descriptor = FileDescriptor.firstPreopen
        while try descriptor.descriptorStatus().type != .streamSocket {
            descriptor = FileDescriptor(rawValue: descriptor.rawValue + 1)
        }
        return descriptor
    }

    private static func answer(_ client: FileDescriptor, _ visits: Int) throws(Errno) {
        var request: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1024)
        while !request.ends([13, 10, 13, 10]) {
            let ready = try poll([
                .readable(client), .clock(.monotonic, nanoseconds: requestNanoseconds),
            ])
            guard ready.contains(where: { $0.index == 0 }) else { return }
            let count = try client.read(into: &piece)
            guard count > 0, request.count + count <= requestBytes else { return }
            request.append(contentsOf: piece[..<count])
        }
        let page = "Visit \(visits) to a page inside a keep.\n"
        try client.writeAll(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n"
                + "Content-Length: \(page.utf8.count)\r\n\r\n\(page)")
        try client.shutdown()
    }
}

extension [UInt8] {
    /// Whether the last bytes are these.
    fileprivate func ends(_ bytes: [UInt8]) -> Bool {
        count >= bytes.count && Array(self[(count - bytes.count)...]) == bytes
    }
}
