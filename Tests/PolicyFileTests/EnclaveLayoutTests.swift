import Attestation
import Bytes
import Diagnostics
import Testing

@testable import PolicyFile

@Suite struct EnclaveLayoutTests {
    private func little(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// An ELF file of two loadable segments and one of another type.
    private var library: [UInt8] {
        var bytes = (0..<0x1600).map { UInt8(truncatingIfNeeded: $0 * 7) }
        func put(_ offset: Int, _ content: [UInt8]) {
            bytes.replaceSubrange(offset..<offset + content.count, with: content)
        }
        put(0, [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9))
        put(16, little(3, 2) + little(62, 2) + little(1, 4) + little(0x1000, 8) + little(64, 8))
        put(40, little(0, 8) + little(0, 4) + little(64, 2) + little(56, 2) + little(3, 2))
        put(58, little(0, 6))
        let segments: [[UInt64]] = [
            [1, 4, 0, 0, 0x1100, 0x1100], [6, 4, 0, 0, 0x10, 0x10],
            [1, 6, 0x1200, 0x3200, 0x300, 0x2000],
        ]
        for (index, segment) in segments.enumerated() {
            var header = little(segment[0], 4) + little(segment[1], 4) + little(segment[2], 8)
            header += little(segment[3], 8) + little(segment[3], 8) + little(segment[4], 8)
            header += little(segment[5], 8) + little(index == 1 ? 8 : 4096, 8)
            put(64 + 56 * index, header)
        }
        return bytes
    }

    private func read(_ text: String) throws(Diagnostic) -> EnclaveLayout {
        let library = library
        return try EnclaveLayoutFile.read(Array(text.utf8), name: "layout.toml") {
            (name) throws(Diagnostic) in
            switch name {
            case "app.manifest.sgx": return [UInt8](repeating: 0x6d, count: 5000)
            case "libpal.so": return library
            default: throw Diagnostic(what: "is not there", where: name)
            }
        }
    }

    private static let whole = """
        layout = 1
        enclave-size = 0x100000
        ssa-frame-pages = 4
        [[area]]
        name = "manifest"
        offset = 0xfe000
        permissions = "r"
        file = "app.manifest.sgx"
        [[area]]
        name = "tcs"
        offset = 0xfd000
        pages = 1
        thread-control = true
        words = { 0x10 = 0x8000, 0x20 = 0x1234 }
        [[area]]
        name = "pal"
        offset = 0x10000
        elf = "libpal.so"
        [[area]]
        name = "heap"
        offset = 0
        pages = 3
        permissions = "rwx"
        measured = false
        """

    /// The digest is of an independent transcription of the rule in Python.
    @Test("MRENCLAVE of a layout with files, thread control, an ELF file and a heap")
    func golden() throws {
        #expect(
            try read(Self.whole).measurement.hexadecimal
                == "a00bd4b86fa019236239d0b82ed65bd9477275caefcdeb10eafb19ddd1ac0a46")
    }

    @Test("order, size, flags, content and place of every area count")
    func everythingCounts() throws {
        let changes = [
            ("0x100000", "0x200000"), ("ssa-frame-pages = 4", "ssa-frame-pages = 5"),
            ("permissions = \"r\"", "permissions = \"rx\""), ("0x1234", "0x1235"),
            ("offset = 0x10000", "offset = 0x11000"), ("pages = 3", "pages = 4"),
            ("measured = false", "measured = true"), ("offset = 0xfe000", "offset = 0xfb000"),
        ]
        var digests: Set<[UInt8]> = [try read(Self.whole).measurement]
        for (old, new) in changes {
            let parts = Self.whole.split(
                separator: old, maxSplits: 1, omittingEmptySubsequences: false)
            digests.insert(try read(parts[0] + new + parts[1]).measurement)
        }
        #expect(digests.count == changes.count + 1)
    }

    @Test(
        "a layout that is wrong is refused with its line",
        arguments: [
            ("enclave-size = 4096", "which format"),
            ("layout = 1", "enclave-size is missing"),
            ("layout = 1\nenclave-size = 5000", "no power of two"),
            ("layout = 1\nenclave-size = 4096\nsize = 1", "unknown key"),
            ("layout = 1\nenclave-size = 4096\nssa-frame-pages = 0", "SSA frame size"),
            ("layout = 1\nenclave-size = 4096\narea = 1", "[[area]]"),
            ("layout = 1\nenclave-size = 4096\n[[area]]\npages = 1", "offset is missing"),
            ("layout = 1\nenclave-size = 4096\n[[area]]\noffset = 0\npages = 1", "permissions"),
            (
                "layout = 1\nenclave-size = 4096\n[[area]]\noffset = 0\npages = 2\n"
                    + "permissions = \"r\"", "not within the enclave"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 1\npages = 1\n"
                    + "permissions = \"r\"", "not within the enclave"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\npages = 1\n"
                    + "permissions = \"rr\"", "at most once"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\npages = 0\n"
                    + "permissions = \"r\"", "0 pages"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\npages = 1\n"
                    + "permissions = \"r\"\nfile = \"app.manifest.sgx\"", "do not fit"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\nelf = \"libpal.so\"\n"
                    + "permissions = \"r\"", "says itself"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\nfile = \"no\"\n"
                    + "permissions = \"r\"", "is not there"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\npages = 1\n"
                    + "thread-control = true\npermissions = \"r\"", "no permissions"
            ),
            (
                "layout = 1\nenclave-size = 8192\n[[area]]\noffset = 0\npages = 1\n"
                    + "permissions = \"r\"\nwords = { 0xff9 = 1 }", "no offset within"
            ),
            ("{\"steps\": []}", "pairs"), ("{\"steps\": [[\"EADD\", {}]]}", "must be ECREATE"),
            ("[", "layout.toml:1"),
        ])
    func refused(text: String, problem: String) throws {
        let error = #expect(throws: Diagnostic.self) { try read(text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("an ELF file with any header byte changed is read or refused, never more")
    func flippedLibrary() throws {
        var refused = 0
        let library = library
        for index in 0..<232 {
            for bit in 0..<8 {
                var copy = library
                copy[index] ^= 1 << bit
                do {
                    _ = try ELFImage(copy).areas(at: 0)
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 200)
        for count in 0..<232 {
            #expect(throws: MalformedBytes.self) { try ELFImage(Array(library[..<count])) }
        }
    }
}
