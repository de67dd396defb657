/// Where a table's elements lie now. Part of the engine's native interface: `elements` at offset 0,
/// `count` at 8.
@safe
struct TableCell {
    /// One reference each, encoded as ``Reference`` says.
    var elements: UnsafeMutablePointer<UInt64>
    var count: UInt64
}
