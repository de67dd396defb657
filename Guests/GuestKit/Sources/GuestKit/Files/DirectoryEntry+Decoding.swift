extension DirectoryEntry {
    /// The whole entries of what `fd_readdir` wrote; a last one that was cut is left out.
    static func decode(_ bytes: ArraySlice<UInt8>) -> [DirectoryEntry] {
        let headerBytes = 24
        var found: [DirectoryEntry] = []
        var rest = bytes
        while rest.count >= headerBytes {
            let start = rest.startIndex
            let nameCount = Int(integer(rest, start + 16, bytes: 4))
            guard nameCount <= rest.count - headerBytes else { break }
            let name = rest[(start + headerBytes)..<(start + headerBytes + nameCount)]
            found.append(
                DirectoryEntry(
                    name: String(decoding: name, as: UTF8.self),
                    type: FileType(rawValue: rest[start + 20]) ?? .unknown,
                    inode: integer(rest, start + 8, bytes: 8),
                    next: integer(rest, start, bytes: 8)))
            rest = rest.dropFirst(headerBytes + nameCount)
        }
        return found
    }

    private static func integer(_ source: ArraySlice<UInt8>, _ at: Int, bytes: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in (0..<bytes).reversed() { value = value << 8 | UInt64(source[at + index]) }
        return value
    }
}
