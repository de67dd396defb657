import ArgumentParser

/// `martlet-simtee`: a machine that is no TEE and says so in every certificate.
@main
struct SimulatedTEECommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-simtee",
        abstract: "Make evidence of a simulated TEE, for trying things out. Proves nothing.",
        discussion: """
            Keys come from a seed, so whoever knows the seed can make the same evidence. A verifier \
            accepts it only where a policy names the simulated root and states vendor-root = false.
            """,
        subcommands: [InitializeCommand.self, ReportCommand.self, ServeCommand.self])
}
