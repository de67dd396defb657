import ArgumentParser
import Attestation
import Bytes
import Diagnostics

/// `martlet evidence`.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Collect evidence of this TEE, or show what evidence holds.",
        subcommands: [Show.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print every field with its name and offset. Verifies nothing.")

        @Argument(help: "Evidence or a bundle, as bytes or hexadecimal; - for standard input.")
        var file: String

        @Option(help: "auto, snp, sgx, tdx, nitro, tpm or cca.")
        var format = "auto"

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            do {
                let bundle = try EvidenceReading.bundle(
                    file, format: EvidenceFormat(rawValue: format))
                let fields = try bundle.fields()
                print(json ? jsonText(bundle, fields) : text(bundle, fields))
            } catch let error as Diagnostic {
                throw failure(error, .data)
            } catch let error as EvidenceRejection {
                throw failure(error, .data)
            }
        }

        private static let warning =
            "UNVERIFIED: anybody can write these bytes. Nothing below has been checked."

        private func text(_ bundle: EvidenceBundle, _ fields: [EvidenceField]) -> String {
            let width = (fields.map(\.name.count).max() ?? 0) + 2
            let lines = fields.map { field in
                let offset = String(field.offset, radix: 16)
                let place = "0x" + String(repeating: "0", count: max(0, 4 - offset.count)) + offset
                return
                    "  \(place) \(String(field.size).padded(to: 5)) \(field.name.padded(to: width))"
                    + field.value
            }
            return
                ([Self.warning, "", "\(bundle.format.title), \(bundle.evidence.count) bytes"]
                + lines + ["", Self.warning]).joined(separator: "\n")
        }

        private func jsonText(_ bundle: EvidenceBundle, _ fields: [EvidenceField]) -> String {
            JSONText.object([
                ("verified", .boolean(false)), ("warning", .string(Self.warning)),
                ("format", .string(bundle.format.rawValue)),
                (
                    "fields",
                    .array(
                        fields.map { field in
                            .object([
                                ("name", .string(field.name)), ("offset", .integer(field.offset)),
                                ("size", .integer(field.size)), ("value", .string(field.value)),
                            ])
                        })
                ),
            ]).indented
        }
    }
}
