/// Where the contents of a module's sections lie, custom ones apart.
package struct SectionRanges: Sendable {
    private var ranges: [Range<Int>?] = Array(repeating: nil, count: 14)

    package subscript(section: SectionID) -> Range<Int>? {
        get { ranges[Int(section.rawValue)] }
        set { ranges[Int(section.rawValue)] = newValue }
    }
}
