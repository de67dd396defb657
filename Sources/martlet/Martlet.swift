import ArgumentParser
import Diagnostics
import Platform
import WasmEngine

struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Run WebAssembly where the machine's owner can neither read nor change it.",
        version: """
            martlet, not yet released; code images of format \(CodeImage.formatVersion), engine \
            interface \(NativeLayout.abiVersion)
            """,
        subcommands: [
            RunCommand.self,
            CompileCommand.self,
            InspectCommand.self,
            ValidateCommand.self,
            WastCommand.self,
            VerifyCommand.self,
            ConnectCommand.self,
            EvidenceCommand.self,
            PolicyCommand.self,
            MeasureCommand.self,
            ImageCommand.self,
            VaultCommand.self,
            NewCommand.self,
            HostCommand.self,
            DeployCommand.self,
            SendCommand.self,
            StartCommand.self,
            AttachCommand.self,
            FetchCommand.self,
            UpdateCommand.self,
            ApproveCommand.self,
            StatusCommand.self,
            PsCommand.self,
            LogsCommand.self,
            StopCommand.self,
            ReceiptCommand.self,
            KeyCommand.self,
            DoctorCommand.self,
        ])
}

@main
enum Main {
    /// Parses and runs the command line.
    ///
    /// `run` starts programs that live for milliseconds, so its usual command lines do not wait for
    /// the argument parser; whatever is not usual goes the long way, for help and errors too.
    static func main() {
        let arguments = ProcessEnvironment.arguments.dropFirst()
        if arguments.first == "run" || arguments.first == "wast", !Processor.isSupported {
            Console.report(
                Diagnostic(
                    what: "this processor lacks SSE4.2", remedy: "use one of 2009 or later"))
            ProcessEnvironment.exit(ExitStatus.unavailable.rawValue)
        }
        if arguments.first == "run", let settings = RunSettings(plain: arguments.dropFirst()) {
            run(settings)
        } else {
            Martlet.main(Array(arguments))
        }
    }

    /// Runs a program and ends this process as it ended.
    private static func run(_ settings: RunSettings) -> Never {
        do {
            ProcessEnvironment.exit(try GuestRun(settings).start())
        } catch let failure as CommandFailure {
            Console.report(failure.diagnostic)
            ProcessEnvironment.exit(failure.status.rawValue)
        } catch {
            RunCommand.exit(withError: error)
        }
    }
}
