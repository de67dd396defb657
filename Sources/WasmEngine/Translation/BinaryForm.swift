internal import Wasm

/// How an instruction of two operands is translated.
struct BinaryForm {
    /// With both in slots.
    var slots: Operation
    /// With the second a constant.
    var constant: Operation?
    var isCommutative = false
    /// The slots' operation takes the operands in the other order.
    var isSwapped = false
    var result: ValueType
    /// How the constant is adapted before it is used.
    var adaption = Adaption.none

    enum Adaption {
        case none
        /// Subtraction becomes addition.
        case negated
        /// A float subtraction becomes an addition.
        case floatNegated
        /// Not when it is the least of its type: `x <= c` becomes `x < c + 1` and so on.
        case plusOne, minusOne
        /// Not when it is 0 or −1.
        case divisor
    }

    init(
        _ slots: Operation, _ constant: Operation?, _ result: ValueType,
        isCommutative: Bool = false, isSwapped: Bool = false, _ adaption: Adaption = .none
    ) {
        self.slots = slots
        self.constant = constant
        self.result = result
        self.isCommutative = isCommutative
        self.isSwapped = isSwapped
        self.adaption = adaption
    }
}

extension BinaryForm {
    /// The form of an instruction; nil when it is none of these.
    init?(_ opcode: Opcode) {
        switch opcode {
        case .i32Add: self.init(.i32Add, .i32AddConstant, .i32, isCommutative: true)
        case .i32Mul: self.init(.i32Mul, .i32MulConstant, .i32, isCommutative: true)
        case .i32And: self.init(.i32And, .i32AndConstant, .i32, isCommutative: true)
        case .i32Or: self.init(.i32Or, .i32OrConstant, .i32, isCommutative: true)
        case .i32Xor: self.init(.i32Xor, .i32XorConstant, .i32, isCommutative: true)
        case .i32Sub: self.init(.i32Sub, .i32AddConstant, .i32, .negated)
        case .i32Shl: self.init(.i32Shl, .i32ShlConstant, .i32)
        case .i32ShrS: self.init(.i32ShrS, .i32ShrSConstant, .i32)
        case .i32ShrU: self.init(.i32ShrU, .i32ShrUConstant, .i32)
        case .i32Rotl: self.init(.i32Rotl, .i32RotlConstant, .i32)
        case .i32Rotr: self.init(.i32Rotr, nil, .i32)
        case .i32DivS: self.init(.i32DivS, .i32DivSConstant, .i32, .divisor)
        case .i32DivU: self.init(.i32DivU, .i32DivUConstant, .i32, .divisor)
        case .i32RemS: self.init(.i32RemS, .i32RemSConstant, .i32, .divisor)
        case .i32RemU: self.init(.i32RemU, .i32RemUConstant, .i32, .divisor)
        case .i32Eq: self.init(.i32Eq, .i32EqConstant, .i32, isCommutative: true)
        case .i32Ne: self.init(.i32Ne, .i32NeConstant, .i32, isCommutative: true)
        case .i32LtS: self.init(.i32LtS, .i32LtSConstant, .i32)
        case .i32GtS: self.init(.i32LtS, .i32GtSConstant, .i32, isSwapped: true)
        case .i32LeS: self.init(.i32LeS, .i32LtSConstant, .i32, .plusOne)
        case .i32GeS: self.init(.i32LeS, .i32GtSConstant, .i32, isSwapped: true, .minusOne)
        case .i32LtU: self.init(.i32LtU, .i32LtUConstant, .i32)
        case .i32GtU: self.init(.i32LtU, .i32GtUConstant, .i32, isSwapped: true)
        case .i32LeU: self.init(.i32LeU, .i32LtUConstant, .i32, .plusOne)
        case .i32GeU: self.init(.i32LeU, .i32GtUConstant, .i32, isSwapped: true, .minusOne)
        case .i64Add: self.init(.i64Add, .i64AddConstant, .i64, isCommutative: true)
        case .i64Mul: self.init(.i64Mul, .i64MulConstant, .i64, isCommutative: true)
        case .i64And: self.init(.i64And, .i64AndConstant, .i64, isCommutative: true)
        case .i64Or: self.init(.i64Or, .i64OrConstant, .i64, isCommutative: true)
        case .i64Xor: self.init(.i64Xor, .i64XorConstant, .i64, isCommutative: true)
        case .i64Sub: self.init(.i64Sub, .i64AddConstant, .i64, .negated)
        case .i64Shl: self.init(.i64Shl, .i64ShlConstant, .i64)
        case .i64ShrS: self.init(.i64ShrS, .i64ShrSConstant, .i64)
        case .i64ShrU: self.init(.i64ShrU, .i64ShrUConstant, .i64)
        case .i64Rotl: self.init(.i64Rotl, .i64RotlConstant, .i64)
        case .i64Rotr: self.init(.i64Rotr, nil, .i64)
        case .i64DivS: self.init(.i64DivS, .i64DivSConstant, .i64, .divisor)
        case .i64DivU: self.init(.i64DivU, .i64DivUConstant, .i64, .divisor)
        case .i64RemS: self.init(.i64RemS, .i64RemSConstant, .i64, .divisor)
        case .i64RemU: self.init(.i64RemU, .i64RemUConstant, .i64, .divisor)
        case .i64Eq: self.init(.i64Eq, .i64EqConstant, .i32, isCommutative: true)
        case .i64Ne: self.init(.i64Ne, .i64NeConstant, .i32, isCommutative: true)
        case .i64LtS: self.init(.i64LtS, .i64LtSConstant, .i32)
        case .i64GtS: self.init(.i64LtS, .i64GtSConstant, .i32, isSwapped: true)
        case .i64LeS: self.init(.i64LeS, .i64LtSConstant, .i32, .plusOne)
        case .i64GeS: self.init(.i64LeS, .i64GtSConstant, .i32, isSwapped: true, .minusOne)
        case .i64LtU: self.init(.i64LtU, .i64LtUConstant, .i32)
        case .i64GtU: self.init(.i64LtU, .i64GtUConstant, .i32, isSwapped: true)
        case .i64LeU: self.init(.i64LeU, .i64LtUConstant, .i32, .plusOne)
        case .i64GeU: self.init(.i64LeU, .i64GtUConstant, .i32, isSwapped: true, .minusOne)
        case .f32Add: self.init(.f32Add, .f32AddConstant, .f32, isCommutative: true)
        case .f32Mul: self.init(.f32Mul, .f32MulConstant, .f32, isCommutative: true)
        case .f32Sub: self.init(.f32Sub, .f32AddConstant, .f32, .floatNegated)
        case .f32Div: self.init(.f32Div, .f32DivConstant, .f32)
        case .f32Min: self.init(.f32Min, nil, .f32)
        case .f32Max: self.init(.f32Max, nil, .f32)
        case .f32Copysign: self.init(.f32Copysign, nil, .f32)
        case .f32Eq: self.init(.f32Eq, nil, .i32, isCommutative: true)
        case .f32Ne: self.init(.f32Ne, nil, .i32, isCommutative: true)
        case .f32Lt: self.init(.f32Lt, nil, .i32)
        case .f32Gt: self.init(.f32Lt, nil, .i32, isSwapped: true)
        case .f32Le: self.init(.f32Le, nil, .i32)
        case .f32Ge: self.init(.f32Le, nil, .i32, isSwapped: true)
        case .f64Add: self.init(.f64Add, .f64AddConstant, .f64, isCommutative: true)
        case .f64Mul: self.init(.f64Mul, .f64MulConstant, .f64, isCommutative: true)
        case .f64Sub: self.init(.f64Sub, .f64AddConstant, .f64, .floatNegated)
        case .f64Div: self.init(.f64Div, .f64DivConstant, .f64)
        case .f64Min: self.init(.f64Min, nil, .f64)
        case .f64Max: self.init(.f64Max, nil, .f64)
        case .f64Copysign: self.init(.f64Copysign, nil, .f64)
        case .f64Eq: self.init(.f64Eq, nil, .i32, isCommutative: true)
        case .f64Ne: self.init(.f64Ne, nil, .i32, isCommutative: true)
        case .f64Lt: self.init(.f64Lt, nil, .i32)
        case .f64Gt: self.init(.f64Lt, nil, .i32, isSwapped: true)
        case .f64Le: self.init(.f64Le, nil, .i32)
        case .f64Ge: self.init(.f64Le, nil, .i32, isSwapped: true)
        default: return nil
        }
    }
}
