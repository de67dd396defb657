import ArgumentParser

struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Run WebAssembly where the machine's owner can neither read nor change it.",
        subcommands: [
            RunCommand.self,
            CompileCommand.self,
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

@main
enum Main {
    /// Parses and runs the command line.
    ///
    /// `run` starts programs that live for milliseconds, so it does not wait for the whole tree of
    /// commands to be built; whatever it can not parse goes the long way, for help and errors.
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "run",
            let command = try? RunCommand.parse(Array(arguments.dropFirst()))
        {
            do {
                try command.run()
            } catch {
                RunCommand.exit(withError: error)
            }
        } else {
            Martlet.main(arguments)
        }
    }
}
