import ArgumentParser
import AttestedTLS
import Diagnostics
import Platform

/// `martlet connect`.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Connect to a keep through an attested channel.",
        discussion: """
            With --listen ADDRESS:PORT, any client of any protocol may connect there: each connection \
            becomes an attested channel of its own, and no byte is passed on before the keep's \
            evidence was verified and met the policy. With --listen -, standard input and output are \
            the client. The first line on standard error says what was verified. Exits with 77 when \
            the keep is refused, 69 when it can not be reached.
            """)

    @Option(name: .customLong("to"), help: "The keep, as HOST:PORT.")
    var target: String

    @OptionGroup var owner: OwnerOptions

    @Option(help: "Local ADDRESS:PORT to listen on (port 0: any), or - for standard input.")
    var listen = "-"

    func validate() throws {
        guard ChannelTarget(target) != nil else { throw ValidationError("--to takes HOST:PORT") }
        guard listen == "-" || SocketAddress(listen) != nil else {
            throw ValidationError("--listen takes ADDRESS:PORT or -")
        }
    }

    func run() throws {
        Signals.ignoreBrokenPipes()
        guard let target = ChannelTarget(target) else { return }
        let endpoint = try owner.endpoint()
        let (connection, peer) = try target.open(endpoint)
        Console.write("\(peer.summary)\n")
        guard let address = SocketAddress(listen) else {
            return try relay(connection)
        }
        connection.close()
        do throws(Errno) {
            try LocalListener(target: target, endpoint: endpoint).run(address)
        } catch {
            throw failure(
                Diagnostic(
                    what: error.description, where: "--listen \(listen)",
                    remedy: "choose a free port of this machine"), .unavailable)
        }
    }

    /// Standard input and output are the client.
    private func relay(_ connection: AttestedConnection) throws {
        do throws(ChannelFailure) {
            var relay = ChannelRelay(
                connection, input: .standardInput, output: .standardOutput, endsWithChannel: true)
            try relay.run()
            connection.close()
        } catch {
            throw failure(error, error.exitStatus)
        }
    }
}
