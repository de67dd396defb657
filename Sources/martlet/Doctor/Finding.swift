/// One row of `martlet doctor`: a thing the machine offers or lacks.
struct Finding: Equatable, Sendable {
    enum Status: String, Sendable {
        /// There, and usable.
        case ok
        /// Not there; Martlet works without it, slower or with fewer features.
        case absent
        /// Not there, and Martlet needs it.
        case failing
    }

    /// The group the row is printed in.
    var topic: String
    var name: String
    var status: Status
    /// What was found.
    var detail: String
    /// How to get it; empty for rows that are well, and where nothing can be done.
    var fix: String

    /// A row that is well, or is not and then needs `fix`.
    static func check(
        _ topic: String, _ name: String, _ isThere: Bool, _ detail: String,
        else missing: String, fix: String, required: Bool = false
    ) -> Finding {
        Finding(
            topic: topic, name: name, status: isThere ? .ok : required ? .failing : .absent,
            detail: isThere ? detail : missing, fix: isThere ? "" : fix)
    }
}
