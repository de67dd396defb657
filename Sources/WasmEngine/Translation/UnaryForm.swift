internal import Wasm

/// How an instruction of one operand is translated.
struct UnaryForm {
    var operation: Operation
    var result: ValueType

    private init(operation: Operation, result: ValueType) {
        self.operation = operation
        self.result = result
    }

    /// The form of an instruction; nil when it is none of these.
    init?(_ opcode: Opcode) {
        switch opcode {
        case .i32Clz: self.init(operation: .i32Clz, result: .i32)
        case .i32Ctz: self.init(operation: .i32Ctz, result: .i32)
        case .i32Popcnt: self.init(operation: .i32Popcnt, result: .i32)
        case .i32Extend8S: self.init(operation: .i32Extend8S, result: .i32)
        case .i32Extend16S: self.init(operation: .i32Extend16S, result: .i32)
        case .i64Clz: self.init(operation: .i64Clz, result: .i64)
        case .i64Ctz: self.init(operation: .i64Ctz, result: .i64)
        case .i64Popcnt: self.init(operation: .i64Popcnt, result: .i64)
        case .i64Extend8S: self.init(operation: .i64Extend8S, result: .i64)
        case .i64Extend16S: self.init(operation: .i64Extend16S, result: .i64)
        case .i64Extend32S: self.init(operation: .i64Extend32S, result: .i64)
        case .i32WrapI64: self.init(operation: .i32WrapI64, result: .i32)
        case .i64ExtendI32S: self.init(operation: .i64Extend32S, result: .i64)
        case .f32Neg: self.init(operation: .f32Neg, result: .f32)
        case .f32Abs: self.init(operation: .f32Abs, result: .f32)
        case .f32Sqrt: self.init(operation: .f32Sqrt, result: .f32)
        case .f32Ceil: self.init(operation: .f32Ceil, result: .f32)
        case .f32Floor: self.init(operation: .f32Floor, result: .f32)
        case .f32Trunc: self.init(operation: .f32Trunc, result: .f32)
        case .f32Nearest: self.init(operation: .f32Nearest, result: .f32)
        case .i32TruncF32S: self.init(operation: .i32TruncF32S, result: .i32)
        case .i32TruncSatF32S: self.init(operation: .i32TruncSatF32S, result: .i32)
        case .f32ConvertI32S: self.init(operation: .f32ConvertI32S, result: .f32)
        case .i32TruncF32U: self.init(operation: .i32TruncF32U, result: .i32)
        case .i32TruncSatF32U: self.init(operation: .i32TruncSatF32U, result: .i32)
        case .f32ConvertI32U: self.init(operation: .f32ConvertI32U, result: .f32)
        case .i64TruncF32S: self.init(operation: .i64TruncF32S, result: .i64)
        case .i64TruncSatF32S: self.init(operation: .i64TruncSatF32S, result: .i64)
        case .f32ConvertI64S: self.init(operation: .f32ConvertI64S, result: .f32)
        case .i64TruncF32U: self.init(operation: .i64TruncF32U, result: .i64)
        case .i64TruncSatF32U: self.init(operation: .i64TruncSatF32U, result: .i64)
        case .f32ConvertI64U: self.init(operation: .f32ConvertI64U, result: .f32)
        case .f64Neg: self.init(operation: .f64Neg, result: .f64)
        case .f64Abs: self.init(operation: .f64Abs, result: .f64)
        case .f64Sqrt: self.init(operation: .f64Sqrt, result: .f64)
        case .f64Ceil: self.init(operation: .f64Ceil, result: .f64)
        case .f64Floor: self.init(operation: .f64Floor, result: .f64)
        case .f64Trunc: self.init(operation: .f64Trunc, result: .f64)
        case .f64Nearest: self.init(operation: .f64Nearest, result: .f64)
        case .i32TruncF64S: self.init(operation: .i32TruncF64S, result: .i32)
        case .i32TruncSatF64S: self.init(operation: .i32TruncSatF64S, result: .i32)
        case .f64ConvertI32S: self.init(operation: .f64ConvertI32S, result: .f64)
        case .i32TruncF64U: self.init(operation: .i32TruncF64U, result: .i32)
        case .i32TruncSatF64U: self.init(operation: .i32TruncSatF64U, result: .i32)
        case .f64ConvertI32U: self.init(operation: .f64ConvertI32U, result: .f64)
        case .i64TruncF64S: self.init(operation: .i64TruncF64S, result: .i64)
        case .i64TruncSatF64S: self.init(operation: .i64TruncSatF64S, result: .i64)
        case .f64ConvertI64S: self.init(operation: .f64ConvertI64S, result: .f64)
        case .i64TruncF64U: self.init(operation: .i64TruncF64U, result: .i64)
        case .i64TruncSatF64U: self.init(operation: .i64TruncSatF64U, result: .i64)
        case .f64ConvertI64U: self.init(operation: .f64ConvertI64U, result: .f64)
        case .f32DemoteF64: self.init(operation: .f32DemoteF64, result: .f32)
        case .f64PromoteF32: self.init(operation: .f64PromoteF32, result: .f64)
        default: return nil
        }
    }
}
