internal import Wasm

/// Joining vector arithmetic with the loads and products written just before it, as
/// ``Translator/fuse(_:_:_:)`` does for numbers.
extension Translator {
    /// The fused operations of one floating-point shape.
    private struct VectorFusions {
        var multiply, multiplyLoad: Operation
        var multiplyAdd, subtractProduct, productMinus, multiplyLoadAdd: Operation
        var subtractLoadedProduct: Operation

        static var singles: VectorFusions {
            VectorFusions(
                multiply: .f32x4Mul, multiplyLoad: .f32x4MulLoad,
                multiplyAdd: .f32x4MulAdd, subtractProduct: .f32x4SubMul,
                productMinus: .f32x4MulSub, multiplyLoadAdd: .f32x4MulLoadAdd,
                subtractLoadedProduct: .f32x4SubMulLoad)
        }
        static var doubles: VectorFusions {
            VectorFusions(
                multiply: .f64x2Mul, multiplyLoad: .f64x2MulLoad,
                multiplyAdd: .f64x2MulAdd, subtractProduct: .f64x2SubMul,
                productMinus: .f64x2MulSub, multiplyLoadAdd: .f64x2MulLoadAdd,
                subtractLoadedProduct: .f64x2SubMulLoad)
        }
    }

    /// Writes a fused instruction for an operation if its operands were just made; false, and
    /// nothing changed, when not.
    mutating func fuseVector(
        _ operation: Operation, _ one: Operand, _ other: Operand
    ) -> Bool {
        switch operation {
        case .f32x4Add: fuseVectorAdd(.singles, .f32x4AddLoad, one, other)
        case .f64x2Add: fuseVectorAdd(.doubles, .f64x2AddLoad, one, other)
        case .f32x4Sub: fuseVectorSubtract(.singles, .f32x4SubLoad, one, other)
        case .f64x2Sub: fuseVectorSubtract(.doubles, .f64x2SubLoad, one, other)
        case .f32x4Mul: fuseEitherLoad(.f32x4MulLoad, one, other)
        case .f64x2Mul: fuseEitherLoad(.f64x2MulLoad, one, other)
        case .i32x4Add: fuseEitherLoad(.i32x4AddLoad, one, other)
        default: false
        }
    }

    private mutating func fuseVectorAdd(
        _ fusions: VectorFusions, _ loaded: Operation, _ one: Operand, _ other: Operand
    ) -> Bool {
        fuseVectorProduct(
            one, other, fusions, fusions.multiplyAdd, loaded: fusions.multiplyLoadAdd)
            || fuseVectorProduct(
                other, one, fusions, fusions.multiplyAdd, loaded: fusions.multiplyLoadAdd)
            || fuseEitherLoad(loaded, one, other)
    }

    private mutating func fuseVectorSubtract(
        _ fusions: VectorFusions, _ loaded: Operation, _ one: Operand, _ other: Operand
    ) -> Bool {
        fuseVectorProduct(
            one, other, fusions, fusions.subtractProduct, loaded: fusions.subtractLoadedProduct)
            || fuseVectorProduct(other, one, fusions, fusions.productMinus, loaded: nil)
            || fuseVectorLoad(loaded, one, other)
    }

    /// `x op load`, or `load op x` for an operation that allows the exchange.
    private mutating func fuseEitherLoad(
        _ operation: Operation, _ one: Operand, _ other: Operand
    ) -> Bool {
        fuseVectorLoad(operation, one, other) || fuseVectorLoad(operation, other, one)
    }

    /// `x op loaded`, where the second was just loaded from memory 0.
    private mutating func fuseVectorLoad(
        _ operation: Operation, _ x: Operand, _ loaded: Operand
    ) -> Bool {
        guard isMadeByLast(loaded) else { return false }
        let base = lastField(.b)
        let place: UInt64
        switch lastOperation {
        case .v128Load: place = UInt64(lastField(.c))
        case .v128LoadFar: place = words[last + 1]
        default: return false
        }
        removeLast()
        let home = pushTemporary(.v128)
        emit(operation, home, x.slot, base, place, result: home)
        return true
    }

    /// `x op a * b`, where the product was just made.
    private mutating func fuseVectorProduct(
        _ x: Operand, _ product: Operand, _ fusions: VectorFusions, _ plain: Operation,
        loaded: Operation?
    ) -> Bool {
        guard isMadeByLast(product) else { return false }
        let (b, c) = (lastField(.b), lastField(.c))
        if lastOperation == fusions.multiply {
            removeLast()
            let home = pushTemporary(.v128)
            emit(plain, home, b, c, UInt64(x.slot), result: home)
            return true
        }
        guard let loaded, lastOperation == fusions.multiplyLoad else { return false }
        let place = words[last + 1]
        removeLast()
        let home = pushTemporary(.v128)
        emit(loaded, home, b, c, place, UInt64(x.slot), result: home)
        return true
    }

    /// A store of a vector that was just computed; false, and nothing changed, when it can not be
    /// joined with the computation. `place` packs offset and displacement.
    mutating func fuseVectorStore(_ value: Operand, base: Int, place: UInt64) -> Bool {
        guard isMadeByLast(value), let operation = storingVector(lastOperation) else {
            return false
        }
        let (b, c) = (lastField(.b), lastField(.c))
        let second = words.count > last + 1 ? words[last + 1] : 0
        let third = words.count > last + 2 ? words[last + 2] : 0
        removeLast()
        switch operation.wordCount {
        case 2: emit(operation, b, c, base, place)
        case 3: emit(operation, b, c, base, place, second)
        default: emit(operation, b, c, base, place, second, third)
        }
        return true
    }

    private func storingVector(_ operation: Operation?) -> Operation? {
        switch operation {
        case .f32x4Add: .f32x4AddStore
        case .f32x4Sub: .f32x4SubStore
        case .f32x4Mul: .f32x4MulStore
        case .f32x4MulAdd: .f32x4MulAddStore
        case .f32x4SubMul: .f32x4SubMulStore
        case .f32x4AddLoad: .f32x4AddLoadStore
        case .f32x4SubLoad: .f32x4SubLoadStore
        case .f32x4MulLoadAdd: .f32x4MulLoadAddStore
        case .f32x4SubMulLoad: .f32x4SubMulLoadStore
        case .f64x2Add: .f64x2AddStore
        case .f64x2Sub: .f64x2SubStore
        case .f64x2Mul: .f64x2MulStore
        case .f64x2MulAdd: .f64x2MulAddStore
        case .f64x2SubMul: .f64x2SubMulStore
        case .f64x2AddLoad: .f64x2AddLoadStore
        case .f64x2SubLoad: .f64x2SubLoadStore
        case .f64x2MulLoadAdd: .f64x2MulLoadAddStore
        case .f64x2SubMulLoad: .f64x2SubMulLoadStore
        default: nil
        }
    }
}
