/// An entry of debug information, as far as inlined calls go (DWARF 5, §7.5).
struct DebugEntry {
    /// What an attribute says: a value, or where in a table of values that stands.
    struct Reference {
        var value: UInt64
        var isIndex = false
    }

    /// `DW_TAG_…`.
    var tag: UInt64 = 0
    var hasChildren = false
    var name: Reference?
    /// Where the entry of the function called begins, counted from the unit's start.
    var origin: Int?
    var low: Reference?
    /// An address when it is an index, else a length.
    var high: Reference?
    var ranges: Reference?
    /// Line of the call; 0 when it is not known.
    var callLine: UInt32 = 0
    /// Of a unit: where its parts of the tables begin.
    var stringOffsetsBase: UInt64 = 0
    var addressesBase: UInt64 = 0
    var rangesBase: UInt64 = 0

    static let unit: UInt64 = 0x11
    static let function: UInt64 = 0x2E
    static let inlined: UInt64 = 0x1D

    /// What entries of one kind consist of.
    struct Form {
        var tag: UInt64
        var hasChildren: Bool
        /// `DW_AT_…`, `DW_FORM_…`, and the value when the form itself holds it.
        var attributes: [(name: UInt64, form: UInt64, constant: Int64)]
    }

    /// The kinds of entries of a unit, by their code (§7.5.3).
    static func forms(
        _ bytes: [UInt8], at start: Int
    ) throws(MalformedObject) -> [UInt64: Form] {
        guard start <= bytes.count else { throw MalformedObject("abbreviations at \(start)") }
        var cursor = try SectionCursor(bytes, start..<bytes.count)
        var forms: [UInt64: Form] = [:]
        while true {
            let code = try cursor.unsigned()
            if code == 0 { return forms }
            var form = Form(
                tag: try cursor.unsigned(), hasChildren: try cursor.byte() != 0, attributes: [])
            while true {
                let (name, kind) = (try cursor.unsigned(), try cursor.unsigned())
                let constant = kind == 0x21 ? try cursor.signed() : 0
                if name == 0, kind == 0 { break }
                form.attributes.append((name, kind, constant))
            }
            forms[code] = form
        }
    }

    init() {}

    /// Reads the next entry; nil for the end of an entry's children.
    init?(
        _ cursor: inout SectionCursor, _ forms: [UInt64: Form]
    ) throws(MalformedObject) {
        let code = try cursor.unsigned()
        if code == 0 { return nil }
        guard let form = forms[code] else { throw MalformedObject("an entry of kind \(code)") }
        tag = form.tag
        hasChildren = form.hasChildren
        for attribute in form.attributes {
            let value = try Self.value(attribute.form, attribute.constant, &cursor)
            switch attribute.name {
            case 0x03: name = value
            case 0x11: low = value
            case 0x12: high = value
            case 0x31: origin = Int(truncatingIfNeeded: value.value)
            case 0x55: ranges = value
            case 0x59: callLine = UInt32(truncatingIfNeeded: value.value)
            case 0x72: stringOffsetsBase = value.value
            case 0x73: addressesBase = value.value
            case 0x74: rangesBase = value.value
            default: break
            }
        }
    }

    /// Reads a value (§7.5.6). Of blocks and of texts that stand in the entry only the length counts.
    private static func value(
        _ form: UInt64, _ constant: Int64, _ cursor: inout SectionCursor
    ) throws(MalformedObject) -> Reference {
        switch form {
        // addr, data8, ref8, ref_sig8.
        case 0x01, 0x07, 0x14, 0x20: return Reference(value: try cursor.number(8))
        // data1, flag, ref1.
        case 0x0B, 0x0C, 0x11: return Reference(value: try cursor.number(1))
        // data2, ref2.
        case 0x05, 0x12: return Reference(value: try cursor.number(2))
        // data4, strp, ref_addr, ref4, sec_offset, line_strp.
        case 0x06, 0x0E, 0x10, 0x13, 0x17, 0x1F: return Reference(value: try cursor.number(4))
        case 0x1E:  // data16.
            try cursor.skip(16)
            return Reference(value: 0)
        case 0x0D: return Reference(value: UInt64(bitPattern: try cursor.signed()))
        // udata, ref_udata.
        case 0x0F, 0x15: return Reference(value: try cursor.unsigned())
        // strx, addrx, loclistx, rnglistx.
        case 0x1A, 0x1B, 0x22, 0x23: return Reference(value: try cursor.unsigned(), isIndex: true)
        // strx1 to strx4 and addrx1 to addrx4, of so many bytes.
        case 0x25...0x2C:
            return Reference(value: try cursor.number(Int(form - 0x25) % 4 + 1), isIndex: true)
        case 0x19: return Reference(value: 1)  // flag_present.
        case 0x21: return Reference(value: UInt64(bitPattern: constant))  // implicit_const.
        case 0x08:  // string.
            _ = try cursor.text()
            return Reference(value: 0)
        // block1, block2, block4; block, exprloc.
        case 0x0A: try cursor.skip(Int(try cursor.number(1)))
        case 0x03: try cursor.skip(Int(try cursor.number(2)))
        case 0x04: try cursor.skip(Int(try cursor.number(4)))
        case 0x09, 0x18: try cursor.skip(Int(clamping: try cursor.unsigned()))
        default: throw MalformedObject("a value of form \(form)")
        }
        return Reference(value: 0)
    }
}
