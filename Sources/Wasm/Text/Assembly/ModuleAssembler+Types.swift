/// Type definitions and types (core specification 3.0, §6.4).
extension ModuleAssembler {
    /// Pass 2: reads every type definition; all type names are bound.
    mutating func defineTypes() throws(TextError) {
        var next: UInt32 = 0
        for field in fields where field.kind == .type || field.kind == .rec {
            cursor.position = field.open + 2
            var bytes: [UInt8] = []
            if field.kind == .type {
                try defineType(next, isAlone: true, to: &bytes)
                next += 1
            } else {
                try defineGroup(&next, to: &bytes)
            }
            types.add(group: bytes)
            try cursor.expectClose()
        }
    }

    /// `rec` (§6.4.7). A group of one is the same as its type alone.
    private mutating func defineGroup(
        _ next: inout UInt32, to bytes: inout [UInt8]
    ) throws(TextError) {
        let end = cursor.partner(of: cursor.position - 2)
        var count = 0
        var scan = cursor.position
        while scan < end {
            scan = cursor.partner(of: scan) + 1
            count += 1
        }
        bytes.append(0x4E)
        bytes.appendCount(count)
        while cursor.open(.type) {
            try defineType(next, isAlone: count == 1, to: &bytes)
            try cursor.expectClose()
            next += 1
        }
    }

    private mutating func defineType(
        _ index: UInt32, isAlone: Bool, to bytes: inout [UInt8]
    ) throws(TextError) {
        _ = cursor.identifier()
        guard cursor.open(.sub) else {
            return try defineComposite(index, isPlain: isAlone, to: &bytes)
        }
        let isFinal = cursor.take(.final)
        var supertypes: [UInt32] = []
        while isAtIndex { supertypes.append(try self.index(.type)) }
        let isPlain = isFinal && supertypes.isEmpty
        if !isPlain {
            bytes.append(isFinal ? 0x4F : 0x50)
            bytes.appendCount(supertypes.count)
            for supertype in supertypes { bytes.appendUnsigned(supertype) }
        }
        try defineComposite(index, isPlain: isPlain && isAlone, to: &bytes)
        try cursor.expectClose()
    }

    private mutating func defineComposite(
        _ index: UInt32, isPlain: Bool, to bytes: inout [UInt8]
    ) throws(TextError) {
        if cursor.open(.func) {
            let signature = try signature(naming: .ignored)
            bytes += signature.encoded
            types.add(
                signature: signature.encoded, parameterCount: signature.parameterCount,
                isPlain: isPlain)
        } else if cursor.open(.struct) {
            try structure(index, to: &bytes)
            types.add(signature: [], parameterCount: 0, isPlain: false)
        } else if cursor.open(.array) {
            bytes.append(0x5E)
            try fieldType(to: &bytes)
            types.add(signature: [], parameterCount: 0, isPlain: false)
        } else {
            throw cursor.unexpected("`(sub`, `(func`, `(struct` or `(array`")
        }
        try cursor.expectClose()
    }

    private mutating func structure(
        _ type: UInt32, to bytes: inout [UInt8]
    ) throws(TextError) {
        var fields: [UInt8] = []
        var count: UInt32 = 0
        while cursor.open(.field) {
            if let name = cursor.identifier() {
                guard fieldNames.add(name, index: count, inType: type) else {
                    cursor.position -= 1
                    throw cursor.error("duplicate field \(source.quote(cursor.token))")
                }
                try fieldType(to: &fields)
                count += 1
            } else {
                while cursor.token.kind != .rightParenthesis {
                    try fieldType(to: &fields)
                    count += 1
                }
            }
            try cursor.expectClose()
        }
        bytes.append(0x5F)
        bytes.appendUnsigned(count)
        bytes += fields
    }

    private mutating func fieldType(to bytes: inout [UInt8]) throws(TextError) {
        let isMutable = cursor.open(.mut)
        try storageType().write(to: &bytes)
        if isMutable { try cursor.expectClose() }
        bytes.append(isMutable ? 1 : 0)
    }

    private mutating func storageType() throws(TextError) -> EncodedType {
        if cursor.token.word == .i8 || cursor.token.word == .i16 {
            defer { cursor.position += 1 }
            return cursor.token.word == .i8 ? EncodedType(code: 0x78) : EncodedType(code: 0x77)
        }
        return try valueType()
    }

    // MARK: Types

    mutating func valueType() throws(TextError) -> EncodedType {
        if cursor.token.kind == .leftParenthesis { return try longReferenceType() }
        guard let word = cursor.token.word, let type = EncodedType(word), word != .i8, word != .i16
        else { throw cursor.unexpected("a value type") }
        cursor.position += 1
        return type
    }

    mutating func referenceType() throws(TextError) -> EncodedType {
        if cursor.token.kind == .leftParenthesis { return try longReferenceType() }
        guard let word = cursor.token.word, let type = EncodedType(word), type.isReference else {
            throw cursor.unexpected("a reference type")
        }
        cursor.position += 1
        return type
    }

    /// `(ref null? heaptype)`.
    private mutating func longReferenceType() throws(TextError) -> EncodedType {
        guard cursor.open(.ref) else {
            cursor.position += 1
            throw cursor.unexpected("`ref`")
        }
        let isNullable = cursor.take(.null)
        let heap = try heapType()
        try cursor.expectClose()
        return EncodedType(heap: heap, isNullable: isNullable)
    }

    /// A type index, or an abstract heap type's code as a negative number.
    mutating func heapType() throws(TextError) -> Int64 {
        if isAtIndex { return Int64(try index(.type)) }
        guard let word = cursor.token.word, let code = EncodedType.abstractHeap(word) else {
            throw cursor.unexpected("a heap type")
        }
        cursor.position += 1
        return code
    }

    /// Whether a value type follows.
    private var isAtValueType: Bool { cursor.token.kind != .rightParenthesis }

    // MARK: Type uses

    enum ParameterNaming {
        /// Names become locals.
        case locals
        /// Names may stand there and mean nothing.
        case ignored
        /// Names may not stand there.
        case forbidden
    }

    /// `(param …)*` `(result …)*`.
    mutating func signature(naming: ParameterNaming) throws(TextError) -> TextSignature {
        var signature = TextSignature()
        while cursor.open(.param) {
            if naming != .forbidden, cursor.token.kind == .identifier {
                let type = try namedValueType(naming)
                type.write(to: &signature.parameters)
                signature.parameterCount += 1
            } else {
                while isAtValueType {
                    try valueType().write(to: &signature.parameters)
                    signature.parameterCount += 1
                    if naming == .locals { _ = locals.add(nil) }
                }
            }
            try cursor.expectClose()
        }
        while cursor.open(.result) {
            signature.resultCount += try results(to: &signature.results)
        }
        if cursor.isAt(open: .param) || cursor.isAt(open: .type) && !signature.isEmpty {
            cursor.position += 1
            throw misplaced(
                cursor.position, "the order is `(type …)`, `(param …)`, `(result …)`")
        }
        return signature
    }

    /// The types of a `(result …)` whose keyword has been read; returns how many there are.
    mutating func results(to bytes: inout [UInt8]) throws(TextError) -> Int {
        var count = 0
        while isAtValueType {
            try valueType().write(to: &bytes)
            count += 1
        }
        try cursor.expectClose()
        return count
    }

    private mutating func namedValueType(
        _ naming: ParameterNaming
    ) throws(TextError) -> EncodedType {
        let position = cursor.position
        let name = cursor.identifier()
        if naming == .locals {
            guard locals.add(name) else {
                throw cursor.error(
                    "duplicate local \(source.quote(cursor[position]))", at: position)
            }
            if let text = try annotations.takeName(at: cursor.position) {
                names.replaceLocal(locals.count - 1, text)
            }
        }
        return try valueType()
    }

    /// A type use: `(type x)`, parameters and results, or both, which must agree then.
    mutating func typeUse(naming: ParameterNaming) throws(TextError) -> UInt32 {
        let explicit = try explicitType()
        return try typeUse(explicit, try signature(naming: naming), naming)
    }

    /// `(type x)` if it follows.
    mutating func explicitType() throws(TextError) -> UInt32? {
        guard cursor.open(.type) else { return nil }
        let index = try index(.type)
        try cursor.expectClose()
        return index
    }

    /// The type index that `(type explicit)` and `signature` stand for together.
    mutating func typeUse(
        _ explicit: UInt32?, _ signature: TextSignature, _ naming: ParameterNaming
    ) throws(TextError) -> UInt32 {
        guard let explicit else { return types.index(of: signature) }
        if signature.isEmpty {
            if naming == .locals { locals.skip(types.parameterCount(of: explicit) ?? 0) }
            return explicit
        }
        guard let declared = types.signature(of: explicit) else {
            throw cursor.error("unknown type \(explicit)")
        }
        guard declared == signature.encoded else {
            throw cursor.error(
                "inline function type differs from type \(explicit), which is named beside it")
        }
        return explicit
    }
}
