/// The functions that guests import, by module.
extension WASIFunction {
    /// The import modules that are served, by name.
    package static let modules: [(name: String, functions: [WASIFunction])] = [
        ("wasi_snapshot_preview1", preview1),
        ("wasi_unstable", unstable),
    ]

    /// The function of that name in the import module of that name.
    package static func named(_ name: String, in module: String) -> WASIFunction? {
        switch module {
        case "wasi_snapshot_preview1": find(name, in: preview1)
        case "wasi_unstable": find(name, in: unstable)
        default: nil
        }
    }

    /// A module asks for a few dozen: finding them one by one takes less than a dictionary of all.
    private static func find(_ name: String, in functions: [WASIFunction]) -> WASIFunction? {
        let byteCount = name.utf8.count
        let found = functions.firstIndex {
            $0.name.utf8.count == byteCount && $0.name == name
        }
        return found.map { functions[$0] }
    }

    /// `wasi_snapshot_preview1`: the 46 functions, and the socket extensions under the same name.
    static let preview1 = common + versioned(.preview1) + [accept] + socketExtensions + options

    /// `wasi_unstable`: the same but for `sock_accept`, with other layouts in four functions.
    static let unstable = common + versioned(.unstable)

    /// Functions that differ between the snapshots.
    private static func versioned(_ snapshot: Snapshot) -> [WASIFunction] {
        [
            plain("fd_filestat_get", "ii") { (host, memory, a) throws(WASIErrno) in
                try host.fdFilestatGet(memory, snapshot, fd: a[0], result: a[1])
            },
            plain("fd_seek", "iIii") { (host, memory, a) throws(WASIErrno) in
                try host.fdSeek(
                    memory, snapshot, fd: a[0], offset: a.wide(1), whence: a[2], result: a[3])
            },
            plain("path_filestat_get", "iiiii") { (host, memory, a) throws(WASIErrno) in
                try host.pathFilestatGet(
                    memory, snapshot, fd: a[0], lookup: a[1], path: a[2], pathSize: a[3],
                    result: a[4])
            },
            waiting("poll_oneoff", "iiii") { (host, memory, a) throws(WASIFailure) in
                try host.pollOneoff(
                    memory, snapshot, subscriptions: a[0], events: a[1], count: a[2], result: a[3])
            },
        ]
    }

    /// Functions that are the same in both snapshots.
    private static let common =
        environmentFunctions + fileFunctions + pathFunctions + [
            waiting("sock_recv", "iiiiii") { (host, memory, a) throws(WASIFailure) in
                try host.sockRecv(
                    memory, fd: a[0], vectors: a[1], count: a[2], flags: a[3], result: a[4],
                    resultFlags: a[5])
            },
            waiting("sock_send", "iiiii") { (host, memory, a) throws(WASIFailure) in
                try host.sockSend(
                    memory, fd: a[0], vectors: a[1], count: a[2], flags: a[3], result: a[4])
            },
            plain("sock_shutdown", "ii") { (host, _, a) throws(WASIErrno) in
                try host.sockShutdown(fd: a[0], how: a[1])
            },
        ]

    private static let accept = waiting("sock_accept", "iii") {
        (host, memory, a) throws(WASIFailure) in
        try host.sockAccept(memory, fd: a[0], flags: a[1], result: a[2])
    }

    private static let environmentFunctions: [WASIFunction] = [
        plain("args_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.argsGet(memory, pointers: a[0], buffer: a[1])
        },
        plain("args_sizes_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.argsSizesGet(memory, count: a[0], bufferSize: a[1])
        },
        plain("environ_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.environGet(memory, pointers: a[0], buffer: a[1])
        },
        plain("environ_sizes_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.environSizesGet(memory, count: a[0], bufferSize: a[1])
        },
        plain("clock_res_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.clockResGet(memory, clock: a[0], result: a[1])
        },
        plain("clock_time_get", "iIi") { (host, memory, a) throws(WASIErrno) in
            try host.clockTimeGet(memory, clock: a[0], result: a[2])
        },
        waiting("random_get", "ii") { (host, memory, a) throws(WASIFailure) in
            try host.randomGet(memory, buffer: a[0], byteCount: a[1])
        },
        waiting("sched_yield", "") { (host, _, _) throws(WASIFailure) in
            try host.schedYield()
        },
        waiting("proc_raise", "i") { (host, _, a) throws(WASIFailure) in
            try host.procRaise(signal: a[0])
        },
        WASIFunction("proc_exit", "i", returnsErrno: false) { (host, _, a) throws(WASIExit) in
            try host.procExit(code: a[0])
            return .success
        },
    ]

    private static let fileFunctions: [WASIFunction] = [
        plain("fd_advise", "iIIi") { (host, _, a) throws(WASIErrno) in
            try host.fdAdvise(fd: a[0], offset: a.wide(1), length: a.wide(2), advice: a[3])
        },
        plain("fd_allocate", "iII") { (host, _, a) throws(WASIErrno) in
            try host.fdAllocate(fd: a[0], offset: a.wide(1), length: a.wide(2))
        },
        plain("fd_close", "i") { (host, _, a) throws(WASIErrno) in
            try host.fdClose(fd: a[0])
        },
        plain("fd_datasync", "i") { (host, _, a) throws(WASIErrno) in
            try host.fdSync(fd: a[0], dataOnly: true)
        },
        plain("fd_fdstat_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.fdFdstatGet(memory, fd: a[0], result: a[1])
        },
        plain("fd_fdstat_set_flags", "ii") { (host, _, a) throws(WASIErrno) in
            try host.fdFdstatSetFlags(fd: a[0], flags: a[1])
        },
        plain("fd_fdstat_set_rights", "iII") { (host, _, a) throws(WASIErrno) in
            try host.fdFdstatSetRights(fd: a[0], base: a.wide(1), inheriting: a.wide(2))
        },
        plain("fd_filestat_set_size", "iI") { (host, _, a) throws(WASIErrno) in
            try host.fdFilestatSetSize(fd: a[0], size: a.wide(1))
        },
        plain("fd_filestat_set_times", "iIIi") { (host, _, a) throws(WASIErrno) in
            try host.fdFilestatSetTimes(
                fd: a[0], access: a.wide(1), modification: a.wide(2), flags: a[3])
        },
        waiting("fd_pread", "iiiIi") { (host, memory, a) throws(WASIFailure) in
            try host.fdPread(
                memory, fd: a[0], vectors: a[1], count: a[2], offset: a.wide(3), result: a[4])
        },
        plain("fd_prestat_get", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.fdPrestatGet(memory, fd: a[0], result: a[1])
        },
        plain("fd_prestat_dir_name", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.fdPrestatDirName(memory, fd: a[0], path: a[1], byteCount: a[2])
        },
        waiting("fd_pwrite", "iiiIi") { (host, memory, a) throws(WASIFailure) in
            try host.fdPwrite(
                memory, fd: a[0], vectors: a[1], count: a[2], offset: a.wide(3), result: a[4])
        },
        waiting("fd_read", "iiii") { (host, memory, a) throws(WASIFailure) in
            try host.fdRead(memory, fd: a[0], vectors: a[1], count: a[2], result: a[3])
        },
        plain("fd_readdir", "iiiIi") { (host, memory, a) throws(WASIErrno) in
            try host.fdReaddir(
                memory, fd: a[0], buffer: a[1], byteCount: a[2], cookie: a.wide(3), result: a[4])
        },
        plain("fd_renumber", "ii") { (host, _, a) throws(WASIErrno) in
            try host.fdRenumber(from: a[0], to: a[1])
        },
        plain("fd_sync", "i") { (host, _, a) throws(WASIErrno) in
            try host.fdSync(fd: a[0], dataOnly: false)
        },
        plain("fd_tell", "ii") { (host, memory, a) throws(WASIErrno) in
            try host.fdTell(memory, fd: a[0], result: a[1])
        },
        waiting("fd_write", "iiii") { (host, memory, a) throws(WASIFailure) in
            try host.fdWrite(memory, fd: a[0], vectors: a[1], count: a[2], result: a[3])
        },
    ]

    private static let pathFunctions: [WASIFunction] = [
        plain("path_create_directory", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.pathCreateDirectory(memory, fd: a[0], path: a[1], pathSize: a[2])
        },
        plain("path_filestat_set_times", "iiiiIIi") { (host, memory, a) throws(WASIErrno) in
            try host.pathFilestatSetTimes(
                memory, fd: a[0], lookup: a[1], path: a[2], pathSize: a[3], access: a.wide(4),
                modification: a.wide(5), flags: a[6])
        },
        plain("path_link", "iiiiiii") { (host, memory, a) throws(WASIErrno) in
            try host.pathLink(
                memory, oldFd: a[0], lookup: a[1], oldPath: a[2], oldPathSize: a[3], newFd: a[4],
                newPath: a[5], newPathSize: a[6])
        },
        plain("path_open", "iiiiiIIii") { (host, memory, a) throws(WASIErrno) in
            try host.pathOpen(
                memory, fd: a[0], lookup: a[1], path: a[2], pathSize: a[3], oflags: a[4],
                base: a.wide(5), inheriting: a.wide(6), fdflags: a[7], result: a[8])
        },
        plain("path_readlink", "iiiiii") { (host, memory, a) throws(WASIErrno) in
            try host.pathReadlink(
                memory, fd: a[0], path: a[1], pathSize: a[2], buffer: a[3], byteCount: a[4],
                result: a[5])
        },
        plain("path_remove_directory", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.pathRemoveDirectory(memory, fd: a[0], path: a[1], pathSize: a[2])
        },
        plain("path_rename", "iiiiii") { (host, memory, a) throws(WASIErrno) in
            try host.pathRename(
                memory, fd: a[0], oldPath: a[1], oldPathSize: a[2], newFd: a[3], newPath: a[4],
                newPathSize: a[5])
        },
        plain("path_symlink", "iiiii") { (host, memory, a) throws(WASIErrno) in
            try host.pathSymlink(
                memory, target: a[0], targetSize: a[1], fd: a[2], path: a[3], pathSize: a[4])
        },
        plain("path_unlink_file", "iii") { (host, memory, a) throws(WASIErrno) in
            try host.pathUnlinkFile(memory, fd: a[0], path: a[1], pathSize: a[2])
        },
    ]
}
