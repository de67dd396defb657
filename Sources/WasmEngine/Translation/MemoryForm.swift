internal import Wasm

/// How a load or store of a whole value is translated.
struct MemoryForm {
    /// The instruction with the address in a slot and a 16-bit offset.
    var near: Operation
    /// What a load gives; nil for a store.
    var result: ValueType?

    private init(_ near: Operation, _ result: ValueType?) {
        self.near = near
        self.result = result
    }

    /// The form of an instruction; nil when it is no such load or store.
    init?(_ opcode: Opcode) {
        switch opcode {
        case .i32Load: self.init(.load32, .i32)
        case .i64Load: self.init(.load64, .i64)
        case .f32Load: self.init(.load32, .f32)
        case .f64Load: self.init(.load64, .f64)
        case .i32Load8S: self.init(.load8S32, .i32)
        case .i32Load8U: self.init(.load8U, .i32)
        case .i32Load16S: self.init(.load16S32, .i32)
        case .i32Load16U: self.init(.load16U, .i32)
        case .i64Load8S: self.init(.load8S64, .i64)
        case .i64Load8U: self.init(.load8U, .i64)
        case .i64Load16S: self.init(.load16S64, .i64)
        case .i64Load16U: self.init(.load16U, .i64)
        case .i64Load32S: self.init(.load32S64, .i64)
        case .i64Load32U: self.init(.load32, .i64)
        case .i32Store: self.init(.store32, nil)
        case .i64Store: self.init(.store64, nil)
        case .f32Store: self.init(.store32, nil)
        case .f64Store: self.init(.store64, nil)
        case .i32Store8: self.init(.store8, nil)
        case .i32Store16: self.init(.store16, nil)
        case .i64Store8: self.init(.store8, nil)
        case .i64Store16: self.init(.store16, nil)
        case .i64Store32: self.init(.store32, nil)
        case .v128Load: self.init(.v128Load, .v128)
        case .v128Store: self.init(.v128Store, nil)
        default: return nil
        }
    }

    /// With a wrapping 32-bit displacement and a 32-bit offset.
    var far: Operation {
        switch near {
        case .load32: .load32Far
        case .load64: .load64Far
        case .load8U: .load8UFar
        case .load8S32: .load8S32Far
        case .load8S64: .load8S64Far
        case .load16U: .load16UFar
        case .load16S32: .load16S32Far
        case .load16S64: .load16S64Far
        case .load32S64: .load32S64Far
        case .store32: .store32Far
        case .store64: .store64Far
        case .store8: .store8Far
        case .store16: .store16Far
        case .v128Load: .v128LoadFar
        case .v128Store: .v128StoreFar
        default: near
        }
    }

    /// With a second, shifted slot and a 32-bit offset.
    var indexed: Operation {
        switch near {
        case .load32: .load32Indexed
        case .load64: .load64Indexed
        case .load8U: .load8UIndexed
        case .load8S32: .load8S32Indexed
        case .load8S64: .load8S64Indexed
        case .load16U: .load16UIndexed
        case .load16S32: .load16S32Indexed
        case .load16S64: .load16S64Indexed
        case .load32S64: .load32S64Indexed
        case .store32: .store32Indexed
        case .store64: .store64Indexed
        case .store8: .store8Indexed
        case .store16: .store16Indexed
        case .v128Load: .v128LoadIndexed
        case .v128Store: .v128StoreIndexed
        default: near
        }
    }

    /// At a constant address.
    var absolute: Operation {
        switch near {
        case .load32: .load32Absolute
        case .load64: .load64Absolute
        case .load8U: .load8UAbsolute
        case .load8S32: .load8S32Absolute
        case .load8S64: .load8S64Absolute
        case .load16U: .load16UAbsolute
        case .load16S32: .load16S32Absolute
        case .load16S64: .load16S64Absolute
        case .load32S64: .load32S64Absolute
        case .store32: .store32Absolute
        case .store64: .store64Absolute
        case .store8: .store8Absolute
        case .store16: .store16Absolute
        case .v128Load: .v128LoadAbsolute
        case .v128Store: .v128StoreAbsolute
        default: near
        }
    }

    /// A store of a constant; nil for a load.
    var constant: Operation? {
        switch near {
        case .store32: .store32Constant
        case .store64: .store64Constant
        case .store8: .store8Constant
        case .store16: .store16Constant
        default: nil
        }
    }

    /// Loads that leave the sum of two slots, or of a slot and a constant, in a third slot too.
    var keepingAddress: (slots: Operation, constant: Operation)? {
        switch near {
        case .load32: (.load32AddTee, .load32AddConstantTee)
        case .load64: (.load64AddTee, .load64AddConstantTee)
        case .load8U: (.load8UAddTee, .load8UAddConstantTee)
        case .load16U: (.load16UAddTee, .load16UAddConstantTee)
        case .load16S32: (.load16S32AddTee, .load16S32AddConstantTee)
        case .v128Load: (.v128LoadAddTee, .v128LoadAddConstantTee)
        default: nil
        }
    }

    /// Loads of numbers of 32 bits through a pointer that memory holds.
    var throughPointer: Operation? {
        switch near {
        case .load32: .load32Load32
        case .load16U: .load32Load16U
        case .load8U: .load32Load8U
        default: nil
        }
    }

    /// A store of a constant through a shifted slot; nil for a load.
    var constantIndexed: Operation? {
        switch near {
        case .store32: .store32ConstantIndexed
        case .store64: .store64ConstantIndexed
        case .store8: .store8ConstantIndexed
        case .store16: .store16ConstantIndexed
        default: nil
        }
    }
}
