import ArgumentParser

@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Run WebAssembly where the machine's owner can neither read nor change it.",
        subcommands: [
            RunCommand.self,
            InspectCommand.self,
            ValidateCommand.self,
            WastCommand.self,
            VerifyCommand.self,
            EvidenceCommand.self,
            PolicyCommand.self,
            MeasureCommand.self,
            VaultCommand.self,
            DoctorCommand.self,
        ])
}
