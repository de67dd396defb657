import Glibc

extension BorrowedDescriptor {
    /// flock(2): takes an exclusive advisory lock on the open file, without waiting.
    ///
    /// - Throws: `EAGAIN` when another open file description holds it.
    package func lockExclusively() throws(Errno) {
        try checkedLibc(flock(number, LOCK_EX | LOCK_NB))
    }

    /// flock(2): takes an exclusive advisory lock on the open file, however long that takes.
    package func lockExclusivelyWaiting() throws(Errno) {
        while true {
            do throws(Errno) {
                try checkedLibc(flock(number, LOCK_EX))
                return
            } catch {
                guard error == .EINTR else { throw error }
            }
        }
    }
}
