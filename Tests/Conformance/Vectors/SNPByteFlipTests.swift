import Attestation
import Bytes
import Testing

/// Every byte of every genuine SNP sample, changed, makes it refused; no byte is unsigned and unused.
@Suite struct SNPByteFlipTests {
    private static let genuine = VectorFiles.cases.filter {
        $0.tee == "snp" && $0.text("evidence")?.hasPrefix("snp/") == true && $0.strict == "accept"
    }

    private struct Sample {
        let evidence: [UInt8]
        let collateral: SNPCollateral
        let roots: TrustRoots
        let now: Instant

        init(_ vector: VectorCase) throws {
            evidence = try vector.file("evidence")
            collateral = SNPCollateral(
                endorsementKey: try vector.file("vek"),
                signingKey: try vector.file("intermediate"))
            roots = TrustRoots.vendors
            now = try vector.now
        }

        func accepts(_ evidence: [UInt8], _ collateral: SNPCollateral) -> Bool {
            (try? SNPReport.verify(
                evidence[...], collateral: collateral, roots: roots, now: now)) != nil
        }
    }

    @Test("there are genuine samples", .enabled(if: VectorFiles.arePresent))
    func present() throws {
        #expect(Self.genuine.count == 8)
        for vector in Self.genuine {
            let sample = try Sample(vector)
            #expect(sample.accepts(sample.evidence, sample.collateral), "\(vector.id)")
        }
    }

    @Test("one changed byte of a report", arguments: genuine)
    func report(vector: VectorCase) throws {
        let sample = try Sample(vector)
        let accepted = Mutations.flips(sample.evidence).filter {
            sample.accepts($0.1, sample.collateral)
        }
        #expect(accepted.map(\.0) == [], "\(vector.id)")
        print("byte flips \(vector.id): \(sample.evidence.count) of report refused")
    }

    @Test("one changed byte of a certificate", arguments: genuine)
    func certificates(vector: VectorCase) throws {
        let sample = try Sample(vector)
        var accepted: [String] = []
        for (offset, bytes) in Mutations.flips(sample.collateral.endorsementKey) {
            var collateral = sample.collateral
            collateral.endorsementKey = bytes
            if sample.accepts(sample.evidence, collateral) { accepted.append("key \(offset)") }
        }
        for (offset, bytes) in Mutations.flips(sample.collateral.signingKey) {
            var collateral = sample.collateral
            collateral.signingKey = bytes
            if sample.accepts(sample.evidence, collateral) { accepted.append("issuer \(offset)") }
        }
        #expect(accepted == [], "\(vector.id)")
        let count = sample.collateral.endorsementKey.count + sample.collateral.signingKey.count
        print("byte flips \(vector.id): \(count) of certificates refused")
    }

    @Test("a report cut short or with one byte more", arguments: genuine.prefix(1))
    func length(vector: VectorCase) throws {
        let sample = try Sample(vector)
        #expect(
            !Mutations.prefixes(sample.evidence).contains { sample.accepts($0, sample.collateral) })
        #expect(!sample.accepts(sample.evidence + [0], sample.collateral))
        for file in [sample.collateral.endorsementKey, sample.collateral.signingKey] {
            let read = Mutations.prefixes(file).filter {
                (try? Certificate(decoding: $0[...])) != nil
            }
            #expect(read.isEmpty)
            #expect((try? Certificate(decoding: (file + [0])[...])) == nil)
        }
    }

    @Test("one changed byte of a revocation list", .enabled(if: VectorFiles.arePresent))
    func revocationList() throws {
        let vector = try #require(VectorFiles.cases.first { $0.id == "snp-crl-other-serial" })
        let sample = try Sample(vector)
        var roots = TrustRoots()
        roots.amd = [TrustAnchor(try Certificate(decoding: try vector.file("root")[...]))]
        let list = try vector.file("crl")
        var collateral = sample.collateral
        collateral.revocationList = list
        func accepts(_ collateral: SNPCollateral) -> Bool {
            (try? SNPReport.verify(
                sample.evidence[...], collateral: collateral, roots: roots, now: sample.now)) != nil
        }
        #expect(accepts(collateral))
        let accepted = Mutations.flips(list).filter {
            collateral.revocationList = $0.1
            return accepts(collateral)
        }
        #expect(accepted.map(\.0) == [])
    }
}
