internal import GuestKit

/// Greets each argument, or `NAME` of the environment, or the world.
@main
struct Hello {
    static func main() {
        let arguments = Process.arguments.dropFirst()
        let names = arguments.isEmpty ? [Process.environment("NAME") ?? "world"] : Array(arguments)
        for name in names { print("Hello, \(name)!") }
    }
}
