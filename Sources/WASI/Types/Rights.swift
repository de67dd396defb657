/// What may be done with a descriptor (`rights` in typenames.witx, snapshot 1).
package struct Rights: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let fdDatasync = Rights(rawValue: 1 << 0)
    package static let fdRead = Rights(rawValue: 1 << 1)
    package static let fdSeek = Rights(rawValue: 1 << 2)
    package static let fdFdstatSetFlags = Rights(rawValue: 1 << 3)
    package static let fdSync = Rights(rawValue: 1 << 4)
    package static let fdTell = Rights(rawValue: 1 << 5)
    package static let fdWrite = Rights(rawValue: 1 << 6)
    package static let fdAdvise = Rights(rawValue: 1 << 7)
    package static let fdAllocate = Rights(rawValue: 1 << 8)
    package static let pathCreateDirectory = Rights(rawValue: 1 << 9)
    package static let pathCreateFile = Rights(rawValue: 1 << 10)
    package static let pathLinkSource = Rights(rawValue: 1 << 11)
    package static let pathLinkTarget = Rights(rawValue: 1 << 12)
    package static let pathOpen = Rights(rawValue: 1 << 13)
    package static let fdReaddir = Rights(rawValue: 1 << 14)
    package static let pathReadlink = Rights(rawValue: 1 << 15)
    package static let pathRenameSource = Rights(rawValue: 1 << 16)
    package static let pathRenameTarget = Rights(rawValue: 1 << 17)
    package static let pathFilestatGet = Rights(rawValue: 1 << 18)
    package static let pathFilestatSetSize = Rights(rawValue: 1 << 19)
    package static let pathFilestatSetTimes = Rights(rawValue: 1 << 20)
    package static let fdFilestatGet = Rights(rawValue: 1 << 21)
    package static let fdFilestatSetSize = Rights(rawValue: 1 << 22)
    package static let fdFilestatSetTimes = Rights(rawValue: 1 << 23)
    package static let pathSymlink = Rights(rawValue: 1 << 24)
    package static let pathRemoveDirectory = Rights(rawValue: 1 << 25)
    package static let pathUnlinkFile = Rights(rawValue: 1 << 26)
    package static let pollFdReadwrite = Rights(rawValue: 1 << 27)
    package static let sockShutdown = Rights(rawValue: 1 << 28)
    package static let sockAccept = Rights(rawValue: 1 << 29)

    /// Every right there is.
    package static let all = Rights(rawValue: (1 << 30) - 1)

    /// What can be done with a regular file.
    package static let regularFile: Rights = [
        .fdDatasync, .fdRead, .fdSeek, .fdFdstatSetFlags, .fdSync, .fdTell, .fdWrite, .fdAdvise,
        .fdAllocate, .fdFilestatGet, .fdFilestatSetSize, .fdFilestatSetTimes, .pollFdReadwrite,
    ]

    /// What can be done with a directory.
    package static let directory: Rights = [
        .fdFdstatSetFlags, .fdSync, .fdDatasync, .pathCreateDirectory, .pathCreateFile,
        .pathLinkSource, .pathLinkTarget, .pathOpen, .fdReaddir, .pathReadlink, .pathRenameSource,
        .pathRenameTarget, .pathFilestatGet, .pathFilestatSetSize, .pathFilestatSetTimes,
        .fdFilestatGet, .fdFilestatSetTimes, .pathSymlink, .pathRemoveDirectory, .pathUnlinkFile,
    ]

    /// What can be done with a pipe, terminal or other stream. A terminal is recognised by guests
    /// by its lack of `fdSeek` and `fdTell`.
    package static let stream: Rights = [
        .fdRead, .fdWrite, .fdFdstatSetFlags, .fdSync, .fdDatasync, .fdFilestatGet,
        .pollFdReadwrite,
    ]

    /// What can be done with a socket.
    package static let socket: Rights = [
        .fdRead, .fdWrite, .fdFdstatSetFlags, .fdFilestatGet, .pollFdReadwrite, .sockShutdown,
        .sockAccept,
    ]

    /// The rights that are about changing a file's contents.
    static let changesContents: Rights = [.fdWrite, .fdAllocate, .fdFilestatSetSize]
}
