import ArgumentParser

/// `NAME=VALUE` for the guest's environment.
struct EnvironmentAssignment: ExpressibleByArgument, Equatable, Sendable {
    /// The assignment as the guest sees it.
    var text: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
            return nil
        }
        text = argument
    }
}
