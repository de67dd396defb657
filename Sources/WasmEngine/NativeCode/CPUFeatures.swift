internal import CPlatform

/// Instruction sets of an x86-64 processor that code may use beyond the baseline.
///
/// Source: System V Application Binary Interface, AMD64 supplement, 1.0, §3.1.1 (levels v1 to v4).
package struct CPUFeatures: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let sse3 = CPUFeatures(rawValue: 1 << 0)
    package static let ssse3 = CPUFeatures(rawValue: 1 << 1)
    package static let sse41 = CPUFeatures(rawValue: 1 << 2)
    package static let sse42 = CPUFeatures(rawValue: 1 << 3)
    package static let popcnt = CPUFeatures(rawValue: 1 << 4)
    package static let avx = CPUFeatures(rawValue: 1 << 5)
    package static let avx2 = CPUFeatures(rawValue: 1 << 6)
    package static let bmi1 = CPUFeatures(rawValue: 1 << 7)
    package static let bmi2 = CPUFeatures(rawValue: 1 << 8)
    package static let lzcnt = CPUFeatures(rawValue: 1 << 9)
    package static let fma = CPUFeatures(rawValue: 1 << 10)
    package static let f16c = CPUFeatures(rawValue: 1 << 11)
    package static let avx512f = CPUFeatures(rawValue: 1 << 12)
    package static let avx512bw = CPUFeatures(rawValue: 1 << 13)
    package static let avx512cd = CPUFeatures(rawValue: 1 << 14)
    package static let avx512dq = CPUFeatures(rawValue: 1 << 15)
    package static let avx512vl = CPUFeatures(rawValue: 1 << 16)

    /// What every image may use: x86-64-v2.
    package static let baseline: CPUFeatures = [.sse3, .ssse3, .sse41, .sse42, .popcnt]
    /// x86-64-v3.
    package static let level3: CPUFeatures = [
        .baseline, .avx, .avx2, .bmi1, .bmi2, .lzcnt, .fma, .f16c,
    ]
    /// x86-64-v4.
    package static let level4: CPUFeatures = [
        .level3, .avx512f, .avx512bw, .avx512cd, .avx512dq, .avx512vl,
    ]

    /// Names in the order of the bits, as compilers and `/proc/cpuinfo` write them.
    private static let names = [
        "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "avx", "avx2", "bmi", "bmi2", "lzcnt",
        "fma", "f16c", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl",
    ]

    /// The names of the features in the set.
    package var names: [String] {
        Self.names.enumerated().filter { rawValue >> UInt64($0.offset) & 1 != 0 }.map(\.element)
    }

    /// What this machine has; empty on another architecture.
    package static let ofThisMachine = CPUFeatures(rawValue: martlet_native_cpu_features())
}
