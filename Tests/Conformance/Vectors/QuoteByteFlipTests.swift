import Attestation
import Bytes
import Testing

/// Every byte of every genuine quote, and of each piece of its collateral, changed, makes it refused,
/// or the byte is one that nothing reads.
@Suite struct QuoteByteFlipTests {
    /// One genuine quote a row: the first of its collateral generations.
    private static let genuine: [VectorCase] = {
        var seen: Set<String> = []
        return VectorFiles.cases.filter { vector in
            guard vector.text("root") == nil, ["sgx", "tdx"].contains(vector.tee),
                vector.tcbStatus != "no-matching-level"
            else { return false }
            return seen.insert(vector.text("evidence") ?? "").inserted
        }
    }()

    private struct Sample {
        let evidence: [UInt8]
        let collateral: DCAPCollateral
        let now: Instant

        init(_ vector: VectorCase) throws {
            evidence = try vector.file("evidence")
            let parts = try DCAPCollateral.parts(json: try vector.file("collateral")[...])
            collateral = try DCAPCollateral(parts: parts)
            now = try vector.now
        }

        func accepts(_ evidence: [UInt8], _ collateral: DCAPCollateral) -> Bool {
            (try? DCAPQuote.verify(
                evidence[...], collateral: collateral, roots: .vendors, now: now)) != nil
        }
    }

    @Test("there are genuine quotes, and all verify", .enabled(if: VectorFiles.arePresent))
    func present() throws {
        #expect(Self.genuine.count == 13)
        for vector in Self.genuine {
            let sample = try Sample(vector)
            #expect(sample.accepts(sample.evidence, sample.collateral), "\(vector.id)")
        }
    }

    /// Bytes of PEM that spell nothing: which of two line ends, and the NUL that ends the chain.
    /// The certificates that they spell are covered byte by byte in DER.
    @Test("one changed byte of a quote", arguments: genuine)
    func quote(vector: VectorCase) throws {
        let sample = try Sample(vector)
        let accepted = Mutations.flips(sample.evidence).filter {
            sample.accepts($0.1, sample.collateral)
        }.map(\.0)
        let allowed = unread(sample.evidence)
        #expect(accepted.filter { !allowed.contains($0) } == [], "\(vector.id)")
        print(
            "byte flips \(vector.id): \(sample.evidence.count - accepted.count) of quote refused, "
                + "\(accepted.count) unsigned and unused")
    }

    /// Offsets of bytes that the verifier does not use: the root certificate inside the quote's chain,
    /// of which only name and key count, because the trusted root is used in its place; and the quote's
    /// PEM line ends.
    private func unread(_ quote: [UInt8]) -> Set<Int> {
        let marker = Array("-----BEGIN CERTIFICATE-----".utf8)
        let starts = quote.indices.filter { quote[$0...].starts(with: marker) }
        guard let last = starts.last, let first = starts.first else { return [] }
        let lineEnds = quote.indices.filter {
            $0 >= first && (quote[$0] == 0x0a || quote[$0] == 0x0d)
        }
        return Set(last..<quote.count).union(lineEnds)
    }

    @Test(
        "one changed byte of signed collateral",
        arguments: genuine.filter { $0.id.hasPrefix("tdx-01") || $0.id.hasPrefix("sgx-01") })
    func collateral(vector: VectorCase) throws {
        let sample = try Sample(vector)
        for name in [
            "root-crl", "pck-crl", "tcb-info", "tcb-info-signature", "qe-identity",
            "qe-identity-signature",
        ] {
            guard let part = sample.collateral.parts[name] else { continue }
            var accepted: [Int] = []
            for (offset, bytes) in Mutations.flips(part) {
                var parts = sample.collateral.parts
                parts[name] = bytes
                let changed = try DCAPCollateral(parts: parts)
                if sample.accepts(sample.evidence, changed) { accepted.append(offset) }
            }
            #expect(accepted == [], "\(vector.id) \(name)")
            print("byte flips \(vector.id): \(part.count) of \(name) refused")
        }
    }

    @Test(
        "a quote cut short anywhere is refused, and so are foreign bytes after it",
        arguments: genuine)
    func length(vector: VectorCase) throws {
        let sample = try Sample(vector)
        let quote = try DCAPQuote(decoding: sample.evidence[...])
        let end = sample.evidence.count - quote.paddingBytes
        let read = (0..<end).filter { (try? DCAPQuote(decoding: sample.evidence[..<$0])) != nil }
        #expect(read == [])
        #expect((try? DCAPQuote(decoding: (sample.evidence + [1])[...])) == nil)
    }
}
