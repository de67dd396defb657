import Bytes
import Testing

@Suite struct TOMLTests {
    private func line(_ text: String) -> Int? {
        do throws(MalformedTOML) {
            _ = try TOMLReader.decode(text)
            return nil
        } catch {
            return error.line
        }
    }

    @Test("every kind of value is read, with its line")
    func values() throws {
        let table = try TOMLReader.decode(
            """
            # a comment
            s = "tab\\t \\u00e9" # another
            l = 'C:\\raw'
            n = 1_000
            x = 0xdead_beef
            m = \"\"\"
            one
            two \\
               three\"\"\"
            a = [ 1,
                  2, ] # end
            t = { k = true, d.e = -1 }
            dotted.key = "v"
            [a-table.inner]
            k = false
            [[list]]
            n = 1
            [[list]]
            n = 2
            """)
        func string(_ value: TOMLValue?) -> String? {
            guard case .string(let text)? = value?.content else { return nil }
            return text
        }
        func number(_ value: TOMLValue?) -> Int64? {
            guard case .integer(let number)? = value?.content else { return nil }
            return number
        }
        func table_(_ value: TOMLValue?) -> TOMLTable? {
            guard case .table(let table)? = value?.content else { return nil }
            return table
        }
        #expect(string(table["s"]) == "tab\t é")
        #expect(string(table["l"]) == "C:\\raw")
        #expect(number(table["n"]) == 1000)
        #expect(number(table["x"]) == 0xdead_beef)
        #expect(string(table["m"]) == "one\ntwo three")
        #expect(table["a"]?.line == 10)
        #expect(number(table_(table_(table["t"])?["d"])?["e"]) == -1)
        #expect(string(table_(table["dotted"])?["key"]) == "v")
        #expect(table_(table_(table["a-table"])?["inner"])?["k"]?.line == 15)
        guard case .array(let list)? = table["list"]?.content else {
            Issue.record("list is no array")
            return
        }
        #expect(list.compactMap { number(table_($0)?["n"]) } == [1, 2])
    }

    @Test(
        "what is no TOML, or says a thing twice, is refused with its line",
        arguments: [
            ("a = 1\na = 2", 2), ("[t]\n[t]", 2), ("a = 1\n[a]", 2), ("t = {}\nt.x = 1", 2),
            ("a.b = 1\na = 2", 2), ("t = {}\n[t.x]", 2), ("[[t]]\n[t]", 2), ("t = [1]\n[[t]]", 2),
            ("a = 1 b = 2", 1), ("a", 1), ("a =", 1), ("= 1", 1), ("a = \"x\n\"", 1),
            ("\n\na = 01", 3),
            ("a = 1.5", 1), ("a = 2026-01-01", 1), ("a = yes", 1), ("a = [1", 1),
            ("a = {b = 1,}", 1),
            ("a = \"\\q\"", 1), ("a = 1__0", 1), ("a = _1", 1), ("[a", 1), ("a = 0x", 1),
            ("a = 99999999999999999999", 1), ("a = \"\"\"x", 1), ("a = \"\\ud800\"", 1),
        ])
    func refused(text: String, at expected: Int) {
        #expect(line(text) == expected, "\(text.debugDescription)")
    }

    @Test("nesting is bounded")
    func bounds() {
        #expect(line("a = " + String(repeating: "[", count: 10_000)) == 1)
        #expect(line(String(repeating: "a.", count: 10_000) + "a = 1") == 1)
    }
}
