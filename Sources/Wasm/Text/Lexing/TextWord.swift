/// The keywords that are not instructions; the raw value is the spelling.
///
/// A few (`catch`, `else`…) are instructions too: their tokens carry both.
package enum TextWord: String, CaseIterable, Sendable {
    // Modules (core specification 3.0, §6.6).
    case module, type, rec, sub, final, `func`, `struct`, array, field, mut, param, result, local
    case `import`, export, table, memory, global, tag, start, elem, data, declare, item, offset
    case shared, then, `do`, `else`, `catch`, delegate
    case catchAll = "catch_all"
    case catchRef = "catch_ref"
    case catchAllRef = "catch_all_ref"
    // Types (§6.4).
    case i32, i64, f32, f64, v128, i8, i16, ref, null
    case any, eq, i31, none, nofunc, extern, noextern, exn, noexn
    case anyref, eqref, i31ref, structref, arrayref, nullref, funcref, nullfuncref
    case externref, nullexternref, exnref, nullexnref
    // Vector shapes and special floats (§6.3.3).
    case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2, nan, inf
    case nanCanonical = "nan:canonical"
    case nanArithmetic = "nan:arithmetic"
    // Scripts (the reference interpreter's README, "Scripts").
    case definition, instance, binary, quote, register, invoke, get, either, thread, wait
    case assertReturn = "assert_return"
    case assertTrap = "assert_trap"
    case assertException = "assert_exception"
    case assertExhaustion = "assert_exhaustion"
    case assertMalformed = "assert_malformed"
    case assertInvalid = "assert_invalid"
    case assertUnlinkable = "assert_unlinkable"
    case assertMalformedCustom = "assert_malformed_custom"
    case assertInvalidCustom = "assert_invalid_custom"
    case refExtern = "ref.extern"
    case refHost = "ref.host"
    case refAny = "ref.any"
    case refStruct = "ref.struct"
    case refArray = "ref.array"
    case refExn = "ref.exn"
    // Placement of custom sections (custom annotations, core specification 3.0 appendix).
    case before, after, first, last, code, datacount
}
