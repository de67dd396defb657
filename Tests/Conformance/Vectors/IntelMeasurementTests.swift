import Attestation
import Bytes
import Cryptography
import Diagnostics
import Foundation
import PolicyFile
import Testing

/// The provisional measurements of `measure/tdx.json` and `measure/sgx.json`.
@Suite struct IntelMeasurementTests {
    private static func firmware(_ name: String) throws -> [UInt8]? {
        guard name.hasPrefix("Debian"), let path = name.split(separator: " ").last else {
            return try VectorFiles.bytes("measure/\(name)")
        }
        let root = ProcessInfo.processInfo.environment["MARTLET_OVMF"] ?? "/"
        let data = try? Data(contentsOf: URL(filePath: root).appending(path: String(path)))
        return data.map { [UInt8]($0) }
    }

    @Test("MRTD of firmware, in both orders", .enabled(if: VectorFiles.arePresent))
    func mrtd() throws {
        let node = try JSONReader.decode(try VectorFiles.bytes("measure/tdx.json")[...])
        var counts = (good: 0, skipped: 0)
        for element in try node.member("mrtd").array("mrtd") {
            guard let bytes = try Self.firmware(try element.member("file").string("file")),
                Hash.sha256(bytes).hexadecimal == (try element.member("sha256").string("sha256"))
            else {
                counts.skipped += 1
                continue
            }
            let single = try? element.member("mrtd_single_pass").string("")
            let double = try? element.member("mrtd_two_pass").string("")
            guard let single, let double else {
                // Part of an image: its sections lie outside of it.
                #expect(throws: MalformedBytes.self) { try FirmwareImage(bytes).tdxSections() }
                counts.skipped += 1
                continue
            }
            let sections = try FirmwareImage(bytes).tdxSections()
            #expect(TDXMeasurement.mrtd(sections, .interleaved).hexadecimal == single)
            #expect(TDXMeasurement.mrtd(sections, .addsThenExtends).hexadecimal == double)
            counts.good += 1
        }
        #expect(counts.good >= 2)
        print("vectors measure tdx: \(counts.good) equal, \(counts.skipped) skipped")
    }

    @Test("run-time registers after their events", .enabled(if: VectorFiles.arePresent))
    func registers() throws {
        let node = try JSONReader.decode(try VectorFiles.bytes("measure/tdx.json")[...])
        var digests: [[[UInt8]]] = [[], [], [], []]
        for event in try node.member("rtmr").member("events").array("events") {
            let pair = try event.array("event")
            digests[Int(try pair[0].unsigned("register"))].append(
                try pair[1].hexadecimal("digest", count: 48))
        }
        let expected = try node.member("rtmr").member("expected").array("expected").map {
            try $0.string("register")
        }
        #expect(digests.map { TDXMeasurement.rtmr(extending: $0).hexadecimal } == expected)
    }

    @Test("MRENCLAVE of an enclave's building steps", .enabled(if: VectorFiles.arePresent))
    func enclave() throws {
        let node = try JSONReader.decode(try VectorFiles.bytes("measure/sgx.json")[...])
        let steps = try node.member("steps").array("steps").map { try $0.array("step") }
        let create = try #require(steps.first)
        var measurement = SGXMeasurement(
            frameSize: UInt32(try create[1].member("ssaframesize").unsigned("")),
            size: try create[1].member("size").unsigned("size"))
        var offset: UInt64 = 0
        for step in steps.dropFirst() {
            switch try step[0].string("kind") {
            case "EADD":
                offset = try step[1].member("offset").unsigned("offset")
                measurement.add(
                    offset: offset, flags: try step[1].member("secinfo_flags").unsigned("flags"))
            case "PAGE":
                guard try step[1].member("measured").boolean("measured") else { continue }
                let page = try step[1].member("content_hex").hexadecimal("content", count: 4096)
                for chunk in stride(from: 0, to: 4096, by: 256) {
                    measurement.extend(
                        offset: offset + UInt64(chunk), page[chunk..<chunk + 256])
                }
            default: Issue.record("unknown step")
            }
        }
        let digest = measurement.finish().hexadecimal
        #expect(digest == (try node.member("mrenclave").string("mrenclave")))
        let layout = try EnclaveLayoutFile.read(
            try VectorFiles.bytes("measure/sgx.json"), name: "sgx.json"
        ) { (_) throws(Diagnostic) in [] }
        #expect(layout.measurement.hexadecimal == digest)
    }
}
