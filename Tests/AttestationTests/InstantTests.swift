import Testing

@testable import Attestation

@Suite struct InstantTests {
    @Test(
        "RFC 3339 text reads back as written",
        arguments: [
            "1970-01-01T00:00:00Z", "2026-06-15T12:00:00Z", "2000-02-29T23:59:59Z",
            "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z",
        ])
    func roundTrip(text: String) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(instant.description == text)
    }

    @Test("the manifest's second is the calendar's")
    func known() {
        #expect(Instant(rfc3339: "2026-06-15T12:00:00Z")?.secondsSince1970 == 1_781_524_800)
    }

    @Test(
        "dates that are none and other spellings are refused",
        arguments: [
            "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-06-15 12:00:00Z",
            "2026-06-15T12:00:60Z", "2026-06-15T12:00:00+00:00", "2026-6-15T12:00:00Z", "",
        ])
    func refused(text: String) { #expect(Instant(rfc3339: text) == nil) }
}
