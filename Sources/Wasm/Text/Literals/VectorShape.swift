/// How a `v128.const` is divided into lanes (core specification 3.0, §6.5.11).
package enum VectorShape: UInt8, Sendable {
    case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2

    package var laneCount: Int { 128 / laneBits }

    package var laneBits: Int {
        switch self {
        case .i8x16: 8
        case .i16x8: 16
        case .i32x4, .f32x4: 32
        case .i64x2, .f64x2: 64
        }
    }

    /// The format of floating-point lanes.
    var format: FloatFormat? {
        switch self {
        case .f32x4: .f32
        case .f64x2: .f64
        case .i8x16, .i16x8, .i32x4, .i64x2: nil
        }
    }

    init?(_ word: TextWord?) {
        switch word {
        case .i8x16: self = .i8x16
        case .i16x8: self = .i16x8
        case .i32x4: self = .i32x4
        case .i64x2: self = .i64x2
        case .f32x4: self = .f32x4
        case .f64x2: self = .f64x2
        default: return nil
        }
    }
}

/// 128 bits in two halves; lane 0 is in the lowest bits of ``low``.
package struct VectorBits: Hashable, Sendable {
    package var low: UInt64
    package var high: UInt64

    package init(low: UInt64 = 0, high: UInt64 = 0) {
        self.low = low
        self.high = high
    }

    /// The bits of a lane; lanes have 8, 16, 32 or 64 bits.
    package subscript(lane: Int, shape: VectorShape) -> UInt64 {
        get {
            let bit = lane * shape.laneBits
            let half = bit < 64 ? low : high
            return half >> UInt64(bit % 64) & Self.mask(shape)
        }
        set {
            let bit = lane * shape.laneBits
            let shift = UInt64(bit % 64)
            let cleared = (bit < 64 ? low : high) & ~(Self.mask(shape) << shift)
            let updated = cleared | (newValue & Self.mask(shape)) << shift
            if bit < 64 { low = updated } else { high = updated }
        }
    }

    private static func mask(_ shape: VectorShape) -> UInt64 {
        shape.laneBits == 64 ? .max : 1 << UInt64(shape.laneBits) - 1
    }
}

extension TokenCursor {
    mutating func vectorShape() throws(TextError) -> VectorShape {
        guard let shape = VectorShape(token.word) else {
            throw unexpected("`i8x16`, `i16x8`, `i32x4`, `i64x2`, `f32x4` or `f64x2`")
        }
        position += 1
        return shape
    }

    /// A shape and the literals of its lanes.
    mutating func vector() throws(TextError) -> VectorBits {
        let shape = try vectorShape()
        var value = VectorBits()
        for lane in 0..<shape.laneCount {
            try expectLane(lane, of: shape)
            value[lane, shape] = try self.lane(shape)
        }
        guard token.kind != .number else {
            throw error(
                "wrong number of lane literals: \(shape) has \(shape.laneCount), found more")
        }
        return value
    }

    /// Requires that something that can be a lane's literal follows.
    func expectLane(_ lane: Int, of shape: VectorShape) throws(TextError) {
        guard token.kind == .rightParenthesis || token.kind == .leftParenthesis else { return }
        throw error(
            "wrong number of lane literals: \(shape) has \(shape.laneCount), found \(lane)")
    }

    /// The bits of one lane's literal.
    mutating func lane(_ shape: VectorShape) throws(TextError) -> UInt64 {
        guard let format = shape.format else { return try integer(bits: shape.laneBits) }
        return try float(format)
    }
}
