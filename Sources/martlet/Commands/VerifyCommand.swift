import ArgumentParser
import Attestation
import AttestedTLS
import Bytes
import Cryptography
import Diagnostics
import Platform

/// `martlet verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify evidence of a TEE, or a running keep, and appraise it against a policy.",
        discussion: """
            A file is verified offline: everything needed is in the arguments. HOST:PORT is a running \
            keep: an attested channel is opened to it, and the first line says what was verified. Exits \
            with 0 when the policy accepts, 77 when it refuses, 65 when no policy could accept, 69 when \
            a keep can not be reached.
            """)

    @Argument(
        help: "Evidence or a bundle (bytes or hexadecimal; - for standard input), or HOST:PORT.")
    var file: String

    @Option(help: "auto, snp, sgx, tdx, nitro, tpm or cca.")
    var format = "auto"

    @Option(help: "Directory or file with certificates, revocation lists and TCB information.")
    var collateral: String?

    @OptionGroup var owner: OwnerOptions

    @Option(help: "Verify for this moment, such as 2026-06-15T12:00:00Z, instead of now.")
    var at: String?

    @Option(help: "What the report data must be: up to 64 bytes in hexadecimal, zeros follow.")
    var nonce: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    @Flag(help: "Print the result as a signed attestation result token (EAR).")
    var ear = false

    @Option(help: "Private key in PEM that signs the token: P-256 or P-384.")
    var key: String?

    func validate() throws {
        if ChannelTarget(file) != nil {
            guard at == nil, nonce == nil, collateral == nil, format == "auto" else {
                throw ValidationError(
                    "a running keep is verified now, with a nonce and collateral of its own")
            }
        }
        guard ChannelTarget(file) != nil || (owner.workload == nil && !owner.allowSimulated) else {
            throw ValidationError(
                "--workload and --allow-simulated are for running keeps, HOST:PORT")
        }
        guard !ear || key != nil else { throw ValidationError("--ear needs --key") }
        guard !(ear && json) else { throw ValidationError("--ear and --json exclude each other") }
        guard format == "auto" || EvidenceFormat(rawValue: format) != nil else {
            throw ValidationError("unknown format \(format)")
        }
        guard at == nil || at.flatMap({ Instant(rfc3339: $0) }) != nil else {
            throw ValidationError("--at takes a moment such as 2026-06-15T12:00:00Z")
        }
        guard nonce == nil || nonce.flatMap({ [UInt8](hexadecimal: $0) }) != nil else {
            throw ValidationError("--nonce takes hexadecimal")
        }
    }

    func run() throws {
        let clock = Instant(
            secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
        if let target = ChannelTarget(file) {
            let (connection, peer) = try target.open(owner.endpoint())
            connection.close()
            if !json, !ear { print(peer.summary) }
            return try show(peer.appraisal, issuedAt: clock)
        }
        let now = at.flatMap { Instant(rfc3339: $0) } ?? clock
        let appraisal = try appraisal(now)
        try show(appraisal, issuedAt: clock)
        if !appraisal.isAccepted { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func appraisal(_ now: Instant) throws -> Appraisal {
        do {
            var (rules, roots) = try PolicyReading.policy(owner.policy)
            var bundle = try EvidenceReading.bundle(file, format: EvidenceFormat(rawValue: format))
            if let collateral {
                let parts = try EvidenceReading.collateral(collateral, for: bundle.format)
                bundle.collateral.merge(parts) { _, given in given }
            }
            if let nonce, let bytes = [UInt8](hexadecimal: nonce) {
                try rules.expectNonce(bytes, in: bundle.format)
            }
            return appraise(try bundle.verify(roots: roots, now: now), rules)
        } catch let error as Diagnostic {
            throw failure(error, .data)
        } catch let error as EvidenceRejection {
            if json { print(error.json.indented) }
            throw failure(error, .data)
        } catch let error as InvalidPolicy {
            throw failure(error, .data)
        }
    }

    private func show(_ appraisal: Appraisal, issuedAt: Instant) throws {
        if json {
            print(appraisal.json.indented)
        } else if ear {
            print(try token(appraisal, issuedAt: issuedAt))
        } else {
            print(appraisal.text, terminator: "")
        }
    }

    private func token(_ appraisal: Appraisal, issuedAt: Instant) throws -> String {
        let path = key ?? ""
        do {
            let blocks = try PEM.decode(try InputFile.bytes(path)[...], label: "PRIVATE KEY")
            let signer = try SigningKey(privateKey: SecretBytes(copying: blocks[0]))
            let token = AttestationResultToken(
                appraisal, issuedAt: issuedAt, verifier: ("martlet", "0.1"),
                nonce: nonce.flatMap { [UInt8](hexadecimal: $0) })
            return try token.signed(by: signer)
        } catch let error as Diagnostic {
            throw failure(error, .data)
        } catch let error as MalformedBytes {
            throw failure(
                Diagnostic(
                    what: error.description, where: path,
                    remedy:
                        "make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"
                ),
                .data)
        } catch let error as CryptographyFailure {
            throw failure(Diagnostic(what: error.description, where: path), .data)
        }
    }
}
