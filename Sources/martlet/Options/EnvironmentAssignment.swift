import ArgumentParser

/// `NAME=VALUE` for the guest's environment.
struct EnvironmentAssignment: ExpressibleByArgument, Equatable, Sendable {
    var name: String
    var value: String

    init?(argument: String) {
        // By scalars: a combining mark after the sign would make one character with it.
        let scalars = argument.unicodeScalars
        guard let equals = scalars.firstIndex(of: "="), equals != scalars.startIndex else {
            return nil
        }
        name = String(scalars[..<equals])
        value = String(scalars[scalars.index(after: equals)...])
    }
}
