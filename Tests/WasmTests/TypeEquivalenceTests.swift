import Testing
import Wasm

/// Iso-recursive types and subtyping (core specification 3.0, §3.1 to §3.3).
@Suite("Type equivalence")
struct TypeEquivalenceTests {
    private typealias B = ModuleBytes

    private func context(_ types: [[UInt8]]) throws -> ModuleContext {
        let module = try ModuleDecoder.decode(B.module(B.section(.type, list: types)))
        return try ModuleValidator.validate(module).context
    }

    /// A structure with one field: a nullable reference to a type.
    private func node(_ target: UInt8) -> [UInt8] { [0x5F, 0x01, 0x63, target, 0x00] }

    @Test("Equal types are one; a different field, mutability or finality makes two")
    func plainTypes() throws {
        let types = try context([
            [0x5F, 1, i32, 0], [0x5F, 1, i32, 0], [0x5F, 1, i32, 1], [0x50, 0, 0x5F, 1, i32, 0],
            [0x5E, i32, 0], B.type([i32]), B.type([], [i32]), B.type([i32]),
        ])
        let canonical = (0..<8).map { types.canonicalTypeIndex($0) }
        #expect(canonical == [0, 0, 2, 3, 4, 5, 6, 5])
    }

    @Test("Types that refer to themselves are equal when their groups are")
    func recursiveTypes() throws {
        // Each a group of its own that refers to itself; then one that refers to the first.
        let types = try context([node(0), node(1), node(0)])
        #expect((0..<3).map { types.canonicalTypeIndex($0) } == [0, 0, 2])
    }

    @Test("A pair of types is equal to the same pair, not to its turned or split form")
    func groups() throws {
        let pair: [UInt8] = [0x4E, 2]
        let types = try context([
            pair + node(1) + node(0), pair + node(3) + node(2),
            pair + node(5) + [0x5F, 0],
        ])
        #expect((0..<6).map { types.canonicalTypeIndex($0) } == [0, 1, 0, 1, 4, 5])
    }

    @Test("Subtyping follows declarations, nullability and the abstract types above")
    func subtyping() throws {
        let types = try context([
            [0x50, 0, 0x5F, 0], [0x50, 1, 0, 0x5F, 1, i32, 0], [0x4F, 1, 1, 0x5F, 1, i32, 0],
            [0x5E, i32, 0], B.type(),
        ])
        func concrete(_ index: UInt32, null: Bool = false) -> ValueType {
            .reference(.concrete(index), nullable: null)
        }
        #expect(types.isSubtype(concrete(2), of: concrete(0)))
        #expect(types.isSubtype(concrete(2), of: concrete(0, null: true)))
        #expect(!types.isSubtype(concrete(2, null: true), of: concrete(0)))
        #expect(!types.isSubtype(concrete(0), of: concrete(2)))
        #expect(!types.isSubtype(concrete(3), of: concrete(0)))
        for (index, above) in [(0, HeapType.struct), (3, .array), (4, .func)]
            as [(UInt32, HeapType)]
        {
            #expect(types.isSubtype(.concrete(index), of: above))
            #expect(types.isSubtype(.concrete(index), of: .any) == (above != .func))
            #expect(types.isSubtype(.concrete(index), of: .eq) == (above != .func))
            #expect(!types.isSubtype(above, of: .concrete(index)))
        }
        #expect(
            types.isSubtype(.none, of: .concrete(3)) && types.isSubtype(.noFunc, of: .concrete(4)))
        #expect(
            !types.isSubtype(.none, of: .concrete(4)) && !types.isSubtype(.noFunc, of: .concrete(0))
        )
        #expect(types.isSubtype(.i31, of: .eq) && !types.isSubtype(.i31, of: .struct))
        #expect(types.isSubtype(.noExtern, of: .extern) && !types.isSubtype(.extern, of: .any))
        #expect(types.isSubtype(.noExn, of: .exn) && !types.isSubtype(.exn, of: .any))
    }

    @Test(
        "A supertype must exist before, be open and match",
        arguments: [
            ([[0x50, 1, 0, 0x5F, 0]], "unknown type"),
            ([[0x4F, 0, 0x5F, 0], [0x50, 1, 0, 0x5F, 0]], "sub type 1 does not match"),
            ([[0x50, 0, 0x5F, 1, i32, 0], [0x50, 1, 0, 0x5F, 0]], "sub type 1 does not match"),
            ([[0x50, 0, 0x5F, 1, i32, 0], [0x50, 1, 0, 0x5F, 1, i64, 0]], "sub type 1 does not"),
            ([[0x50, 0, 0x5F, 1, i32, 1], [0x50, 1, 0, 0x5F, 1, i32, 0]], "sub type 1 does not"),
            ([[0x50, 0, 0x5E, i32, 0], [0x50, 1, 0, 0x5F, 0]], "sub type 1 does not match"),
            (
                [[0x50, 0, 0x60, 0, 0], [0x50, 1, 0, 0x60, 1, i32, 0]], "sub type 1 does not match"
            ),
            ([[0x5F, 1, 0x63, 1, 0]], "unknown type"),
            ([[0x50, 2, 0, 0, 0x5F, 0]], "sub type: too many supertypes"),
        ] as [([[UInt8]], String)])
    func invalidTypes(types: [[UInt8]], message: String) {
        let error = validationError(B.module(B.section(.type, list: types)))
        #expect(error?.isMalformed == false)
        #expect(error?.problem.message.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("Functions vary: parameters may widen, results may narrow")
    func functionVariance() {
        let wide: [UInt8] = [0x50, 0, 0x60, 1, 0x6C, 1, 0x6E]  // (i31ref) -> anyref
        let good: [UInt8] = [0x50, 1, 0, 0x60, 1, 0x6E, 1, 0x6C]  // (anyref) -> i31ref
        #expect(validationError(B.module(B.section(.type, list: [wide, good]))) == nil)
        let reversed = [good, wide].map { type in type.map { $0 } }
        let open: [UInt8] = [0x50, 0] + reversed[0].dropFirst(3)
        let bad: [UInt8] = [0x50, 1, 0] + reversed[1].dropFirst(2)
        #expect(validationError(B.module(B.section(.type, list: [open, bad]))) != nil)
    }
}
