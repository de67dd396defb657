internal import GuestKit

/// Writes the lines that two lists have in common, each once, in the order of the alphabet.
@main
struct Intersection {
    static func main() {
        do throws(Errno) {
            let alice = try list("/alice/list")
            let bob = try list("/bob/list")
            var result: [UInt8] = []
            var (left, right) = (0, 0)
            while left < alice.count, right < bob.count {
                if alice[left] == bob[right] {
                    if left + 1 == alice.count || alice[left + 1] != alice[left] {
                        result += alice[left] + [0x0A]
                    }
                    left += 1
                } else if alice[left].lexicographicallyPrecedes(bob[right]) {
                    left += 1
                } else {
                    right += 1
                }
            }
            try FileSystem.write(result, to: "/result/common")
        } catch {
            Process.exit(1)
        }
    }

    /// The lines of a file, sorted, without empty ones.
    private static func list(_ path: String) throws(Errno) -> [[UInt8]] {
        try FileSystem.read(path).split(separator: 0x0A).map { Array($0) }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}
