import Bytes
import Testing

@testable import Attestation

@Suite struct CertificateRequestTests {
    private func bytes(_ sample: String) throws -> [UInt8] { try #require([UInt8](base64: sample)) }

    private func problem(_ bytes: [UInt8]) -> String? {
        do {
            _ = try CertificateRequest(decoding: bytes[...])
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "OpenSSL's requests are read and are their own keys'",
        arguments: [
            (RequestSamples.p256, "ECDSA with SHA-256"),
            (RequestSamples.p384WithExtensions, "ECDSA with SHA-384"),
            (RequestSamples.rsa, "RSASSA-PKCS1-v1_5 with SHA-256"),
            (RequestSamples.pss, "RSASSA-PSS with SHA-384"),
        ])
    func genuine(sample: String, algorithm: String) throws {
        let request = try CertificateRequest(decoding: try bytes(sample)[...])
        #expect(request.subject.commonName == "keep.example")
        #expect(request.signatureAlgorithm.description == algorithm)
        #expect(request.encoded == (try bytes(sample)))
        #expect(try request.verify().request == request)
    }

    @Test("an empty subject is read")
    func withoutSubject() throws {
        let sample = try bytes(RequestSamples.withoutSubject)
        let request = try CertificateRequest(decoding: sample[...])
        #expect(request.subject.attributes.isEmpty)
        _ = try request.verify()
    }

    @Test("attributes and requested extensions are told, evidence by its form")
    func extensions() throws {
        let sample = try bytes(RequestSamples.p384WithExtensions)
        let request = try CertificateRequest(decoding: sample[...])
        #expect(request.attributes.map(\.type.description) == ["1.2.840.113549.1.9.7"])
        #expect(request.requestedExtensions.count == 6)
        #expect(request.value(of: .subjectAlternativeName)?.count == 22)
        let evidence = try request.verify().evidence
        #expect(evidence.map(\.form) == [.tagged, .wrapper, .bareQuote])
        #expect(
            evidence.map(\.bytes) == [
                [0xd9, 0xea, 0x60, 0x82, 0x41, 0xaa, 0x41, 0xbb], [4, 2, 1, 2], [4, 1, 0xff],
            ])
        let error = #expect(throws: EvidenceRejection.self) {
            try request.verify().boundQuote()
        }
        #expect(error?.reason == .malformed)
    }

    @Test("keys and extensions that are not known here are refused by name")
    func unknown() throws {
        #expect(problem(try bytes(RequestSamples.p521))?.contains("1.3.132.0.35") == true)
        #expect(problem(try bytes(RequestSamples.ed25519))?.contains("1.3.101.112") == true)
        #expect(
            problem(try bytes(RequestSamples.unknownCritical))?.contains("1.2.3.4 is critical")
                == true)
    }

    @Test("every bit of a request counts: flipped, it is malformed or not its key's")
    func flipped() throws {
        var counts = (malformed: 0, unsigned: 0, accepted: 0)
        for sample in [RequestSamples.p256, RequestSamples.p384WithExtensions, RequestSamples.pss] {
            let original = try bytes(sample)
            for index in original.indices {
                for bit in 0..<8 {
                    var copy = original
                    copy[index] ^= 1 << bit
                    guard let request = try? CertificateRequest(decoding: copy[...]) else {
                        counts.malformed += 1
                        continue
                    }
                    if (try? request.verify()) == nil {
                        counts.unsigned += 1
                    } else {
                        counts.accepted += 1
                    }
                }
            }
        }
        #expect(counts.accepted == 0)
        #expect(counts.malformed + counts.unsigned == (212 + 471 + 660) * 8)
        print("flips of requests: \(counts.malformed) malformed, \(counts.unsigned) not signed")
    }

    @Test("every proper prefix and a byte too many are refused")
    func lengths() throws {
        let sample = try bytes(RequestSamples.p384WithExtensions)
        for count in sample.indices {
            #expect(problem(Array(sample[..<count])) != nil)
        }
        #expect(problem(sample + [0])?.contains("1 bytes too many") == true)
    }

    /// A request whose attributes are these bytes; signed by nobody.
    private func request(attributes: [UInt8]) throws -> [UInt8] {
        let sample = try bytes(RequestSamples.p256)
        // The parts of the sample between which the attributes stand: version, subject and key are
        // bytes 5 to 123, algorithm and signature follow the empty attributes at 124.
        let info = element(0x30, Array(sample[5..<124]) + element(0xa0, attributes))
        return element(0x30, info + sample[126...])
    }

    private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
        return count >= 0x80 && count < 0x100
            ? [tag, 0x81, UInt8(count)] + content : [tag] + length + content
    }

    private func attribute(_ number: UInt8, _ values: [[UInt8]]) -> [UInt8] {
        element(0x30, [6, 2, 0x2a, number] + element(0x31, values.flatMap(\.self)))
    }

    @Test("attributes are in order, once, with values, and not too many")
    func attributeRules() throws {
        let one = attribute(1, [[5, 0]])
        let two = attribute(2, [[5, 0]])
        #expect(problem(try request(attributes: [])) == nil)
        #expect(problem(try request(attributes: one + two)) == nil)
        #expect(problem(try request(attributes: two + one))?.contains("ascending") == true)
        #expect(problem(try request(attributes: one + one))?.contains("ascending") == true)
        let again = attribute(1, [[5, 0], [5, 0]])
        #expect(problem(try request(attributes: one + again))?.contains("twice") == true)
        #expect(problem(try request(attributes: attribute(1, [])))?.contains("none") == true)
        let many = (0..<17).flatMap { attribute($0, [[5, 0]]) }
        #expect(problem(try request(attributes: many))?.contains("more than 16") == true)
        let values = attribute(1, Array(repeating: [5, 0], count: 17))
        #expect(problem(try request(attributes: values))?.contains("more than 16") == true)
    }

    @Test("requested extensions are one value, not empty, and not too many")
    func extensionRules() throws {
        func asking(_ values: [[UInt8]]) throws -> [UInt8] {
            let type: [UInt8] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14]
            return try request(
                attributes: element(0x30, type + element(0x31, values.flatMap(\.self))))
        }
        func item(_ number: UInt8) -> [UInt8] { element(0x30, [6, 2, 0x2a, number, 4, 0]) }
        #expect(problem(try asking([element(0x30, item(1))])) == nil)
        #expect(problem(try asking([element(0x30, [])]))?.contains("no extension") == true)
        let two = [element(0x30, item(1)), element(0x30, item(2))]
        #expect(problem(try asking(two))?.contains("more than one value") == true)
        let same = element(0x30, item(1) + item(1))
        #expect(problem(try asking([same]))?.contains("twice") == true)
        let many = element(0x30, (0..<65).flatMap(item))
        #expect(problem(try asking([many]))?.contains("more than 64") == true)
    }

    @Test("a request longer than the limit is refused unread")
    func oversize() {
        let bytes = [UInt8](repeating: 0x30, count: CertificateRequest.maximumBytes + 1)
        #expect(problem(bytes)?.contains("at most 65536 are read") == true)
    }
}
