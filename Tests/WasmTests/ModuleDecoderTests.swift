import Testing
import Wasm

@Suite("Module decoder")
struct ModuleDecoderTests {
    private typealias B = ModuleBytes

    /// A module with something in every section.
    static let everySection = B.module(
        B.section(.type, list: [B.type([i32], [i32]), B.type()]),
        B.section(.import, list: [B.name("a") + B.name("b") + [0x00, 0x01]]),
        B.section(.function, list: [[0]]),
        B.section(.table, list: [[funcref, 0x01, 0x01, 0x02]]),
        B.section(.memory, list: [[0x00, 0x01]]),
        B.section(.tag, list: [[0x00, 0x01]]),
        B.section(.global, list: [[i32, 0x01, 0x41, 0x2A, 0x0B]]),
        B.section(.export, list: [B.name("f") + [0x00, 0x01], B.name("m") + [0x02, 0x00]]),
        B.section(.start, [0x00]),
        B.section(.element, list: [[0x00, 0x41, 0x00, 0x0B, 0x01, 0x01]]),
        B.section(.dataCount, [0x01]),
        B.section(.code, list: [B.body(locals: [(2, [i64])], [0x20, 0x00, 0x0B])]),
        B.section(.data, list: [[0x00, 0x41, 0x00, 0x0B, 0x02, 0x68, 0x69]]),
        B.section(.custom, B.name("note") + [1, 2, 3]))

    @Test("Every section lands in its place")
    func everySectionIsDecoded() throws {
        let module = try ModuleDecoder.decode(Self.everySection)
        #expect(module.types.count == 2 && module.functions == [1, 0])
        #expect(module.imports.map(\.name) == ["b"] && module.importedFunctionCount == 1)
        #expect(module.tables[0].type == TableType(.funcref, Limits(minimum: 1, maximum: 2)))
        #expect(module.memories == [MemoryType(Limits(minimum: 1))])
        #expect(module.tags == [1] && module.start == 0 && module.dataCount == 1)
        #expect(module.globals[0].type == GlobalType(.i32, isMutable: true))
        #expect(module.exports.map(\.name) == ["f", "m"])
        #expect(module.code.count == 1 && module.elements.count == 1)
        #expect(Array(Self.everySection[module.data[0].range]) == [0x68, 0x69])
        #expect(module.customSections.map(\.name) == ["note"])
        #expect(Array(Self.everySection[module.customSections[0].range]) == [1, 2, 3])
        #expect(validationError(Self.everySection) == nil)
    }

    @Test("Numbers of a list are read whatever their lengths, the last at the section's end")
    func listOfNumbers() throws {
        let list: [[UInt8]] = [
            [0x05], [0x85, 0x00], [0x81, 0x01], [0x82, 0x83, 0x01], [0x80, 0x80, 0x80, 0x01],
            [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x07], [0x86, 0x80, 0x00], [0x7F],
        ]
        let numbers: [UInt32] = [5, 5, 129, 16770, 1 << 21, .max, 7, 6, 127]
        for count in 1...list.count {
            let segment: [UInt8] = [1, 0, UInt8(count)] + list.prefix(count).joined()
            let module = try ModuleDecoder.decode(B.module(B.section(.element, list: [segment])))
            guard case .functions(let found) = module.elements[0].items else {
                Issue.record("no functions")
                continue
            }
            #expect(found == Array(numbers.prefix(count)))
            let cut = B.module(B.section(.element, [1] + segment.dropLast()))
            #expect(throws: WasmError.self) { try ModuleDecoder.decode(cut) }
        }
    }

    @Test(
        "An expression that is one i32.const is known by its value",
        arguments: [
            ([0x41, 0x2A, 0x0B], 42), ([0x41, 0x7F, 0x0B], -1),
            ([0x41, 0x80, 0x80, 0xC0, 0x00, 0x0B], 1 << 20),
            ([0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x0B], .min),
            ([0x41, 0x01, 0x41, 0x02, 0x6A, 0x0B], nil), ([0x42, 0x01, 0x0B], nil),
        ] as [([UInt8], Int32?)])
    func loneNumbers(expression: [UInt8], value: Int32?) throws {
        let module = try ModuleDecoder.decode(
            B.module(B.section(.global, list: [[i32, 0x00] + expression])))
        let initializer = try #require(module.globals[0].initializer)
        #expect(initializer.number == value && initializer.range.count == expression.count)
    }

    @Test("A lone number that is too long or too large is malformed, of another type invalid")
    func badNumbers() {
        func module(_ type: UInt8, _ expression: [UInt8]) -> [UInt8] {
            B.module(B.section(.global, list: [[type, 0x00] + expression]))
        }
        for number in [
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0x80, 0x80, 0x80, 0x80, 0x08], [0x80],
        ] as [[UInt8]] {
            let error = validationError(module(i32, [0x41] + number + [0x0B]))
            #expect(error?.isMalformed == true)
        }
        #expect(validationError(module(i64, [0x41, 0x01, 0x0B]))?.isMalformed == false)
    }

    @Test("A module cut off anywhere but between sections is malformed")
    func truncation() throws {
        var boundaries: Set<Int> = [8]
        var place = 8
        while place < Self.everySection.count {
            place += 2 + Int(Self.everySection[place + 1])
            boundaries.insert(place)
        }
        for length in Self.everySection.indices where !boundaries.contains(length) {
            let error = #expect(throws: WasmError.self) {
                try ModuleDecoder.decode(Array(Self.everySection[..<length]))
            }
            #expect(error?.isMalformed == true, "cut at \(length)")
        }
    }

    @Test("Sections stand once and in order", arguments: [SectionID.type, .memory, .tag, .data])
    func sectionOrder(id: SectionID) {
        let empty = B.section(id, [0])
        #expect(
            validationError(B.module(empty, empty))?.problem.message
                == "unexpected content after last section")
        #expect(
            validationError(B.module(B.section(.data, [0]), B.section(.type, [0])))?.problem.message
                == "unexpected content after last section")
    }

    @Test("The tag section stands between memories and globals, the data count before code")
    func oddlyNumberedSections() {
        #expect(validationError(B.module(B.section(.memory, [0]), B.section(.tag, [0]))) == nil)
        #expect(validationError(B.module(B.section(.tag, [0]), B.section(.memory, [0]))) != nil)
        #expect(
            validationError(
                B.module(
                    B.section(.dataCount, [0]), B.section(.code, [0]), B.section(.data, [0])))
                == nil)
        #expect(
            validationError(B.module(B.section(.code, [0]), B.section(.dataCount, [0]))) != nil)
    }

    @Test(
        "Malformed modules are told in the official suite's words",
        arguments: [
            ([], "unexpected end"),
            ([0x00, 0x61, 0x73, 0x6E, 1, 0, 0, 0], "magic header not detected"),
            ([0x00, 0x61, 0x73, 0x6D, 2, 0, 0, 0], "unknown binary version"),
            (B.preamble + [14, 0], "malformed section id"),
            (B.preamble + [1, 5, 0], "length out of bounds"),
            (B.preamble + [1, 2, 0, 0], "section size mismatch"),
            (B.preamble + [0, 0], "unexpected end"),
            (B.module(B.section(.type, [1, 0x61])), "malformed definition type"),
            (B.module(B.section(.type, [1, 0x60, 1, 0x77, 0])), "malformed value type"),
            (B.module(B.section(.type, [9])), "unexpected end"),
            (B.module(B.section(.memory, [1, 0x08, 1])), "malformed limits flags"),
            (B.module(B.section(.global, [1, i32, 2, 0x41, 0, 0x0B])), "malformed mutability"),
            (B.module(B.section(.export, [1, 0, 5, 0])), "malformed export kind"),
            (B.module(B.section(.import, [1, 0, 0, 9, 0])), "malformed import kind"),
            (
                B.module(B.section(.function, [1, 0])),
                "function and code section have inconsistent"
            ),
            (B.module(B.section(.dataCount, [1])), "data count and data section have inconsistent"),
            (B.module(B.section(.custom, [2, 0xC3, 0x28])), "malformed UTF-8 encoding"),
        ] as [([UInt8], String)])
    func malformed(bytes: [UInt8], message: String) {
        let error = validationError(bytes)
        #expect(error?.isMalformed == true)
        #expect(error?.problem.message.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test(
        "Names are strict UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF",
        arguments: [
            [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFE], [0x80],
            [0xE2, 0x82],
        ] as [[UInt8]])
    func names(bytes: [UInt8]) {
        let module = B.module(B.section(.custom, B.leb(bytes.count) + bytes))
        #expect(validationError(module)?.problem.message == "malformed UTF-8 encoding")
    }

    @Test("An error says section, offset, what was found and what is allowed")
    func errorsSayWhere() {
        let error = validationError(B.module(B.section(.memory, [1, 0x08, 1])))
        #expect(
            error?.description.hasPrefix(
                "memory section, byte offset 0xb: malformed module: malformed limits flags: "
                    + "found 0x08") == true)
    }

    @Test("Decoding leaves function bodies alone")
    func bodiesAreDeferred() throws {
        let module = try ModuleDecoder.decode(B.function([0xFF, 0xFF]))
        let valid = try ModuleValidator.validate(module, bodies: .deferred)
        #expect(throws: WasmError.self) {
            var validator = try FunctionValidator(valid, functionIndex: 0)
            while try validator.next() {}
        }
    }
}
