internal import Synchronization

/// An integer that atomic instructions access. `Atomic`'s operations are not generic, so each width
/// has its own; an `Atomic` has the layout of its value.
///
/// - Safety: places are aligned to the width and stay allocated during the call.
protocol AtomicInteger: FixedWidthInteger, UnsignedInteger {
    static func load(at place: UnsafeMutableRawPointer) -> Self
    static func store(_ value: Self, at place: UnsafeMutableRawPointer)
    /// Stores `desired` if the place holds `expected`; returns what it held.
    static func compareExchange(
        at place: UnsafeMutableRawPointer, _ expected: Self, _ desired: Self
    ) -> Self
}

extension UInt8: AtomicInteger {
    static func load(at place: UnsafeMutableRawPointer) -> UInt8 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt8>.self).pointee
            .load(ordering: .sequentiallyConsistent)
    }

    static func store(_ value: UInt8, at place: UnsafeMutableRawPointer) {
        unsafe place.assumingMemoryBound(to: Atomic<UInt8>.self).pointee
            .store(value, ordering: .sequentiallyConsistent)
    }

    static func compareExchange(
        at place: UnsafeMutableRawPointer, _ expected: UInt8, _ desired: UInt8
    ) -> UInt8 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt8>.self).pointee
            .compareExchange(
                expected: expected, desired: desired, ordering: .sequentiallyConsistent
            ).original
    }
}

extension UInt16: AtomicInteger {
    static func load(at place: UnsafeMutableRawPointer) -> UInt16 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt16>.self).pointee
            .load(ordering: .sequentiallyConsistent)
    }

    static func store(_ value: UInt16, at place: UnsafeMutableRawPointer) {
        unsafe place.assumingMemoryBound(to: Atomic<UInt16>.self).pointee
            .store(value, ordering: .sequentiallyConsistent)
    }

    static func compareExchange(
        at place: UnsafeMutableRawPointer, _ expected: UInt16, _ desired: UInt16
    ) -> UInt16 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt16>.self).pointee
            .compareExchange(
                expected: expected, desired: desired, ordering: .sequentiallyConsistent
            ).original
    }
}

extension UInt32: AtomicInteger {
    static func load(at place: UnsafeMutableRawPointer) -> UInt32 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt32>.self).pointee
            .load(ordering: .sequentiallyConsistent)
    }

    static func store(_ value: UInt32, at place: UnsafeMutableRawPointer) {
        unsafe place.assumingMemoryBound(to: Atomic<UInt32>.self).pointee
            .store(value, ordering: .sequentiallyConsistent)
    }

    static func compareExchange(
        at place: UnsafeMutableRawPointer, _ expected: UInt32, _ desired: UInt32
    ) -> UInt32 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt32>.self).pointee
            .compareExchange(
                expected: expected, desired: desired, ordering: .sequentiallyConsistent
            ).original
    }
}

extension UInt64: AtomicInteger {
    static func load(at place: UnsafeMutableRawPointer) -> UInt64 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee
            .load(ordering: .sequentiallyConsistent)
    }

    static func store(_ value: UInt64, at place: UnsafeMutableRawPointer) {
        unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee
            .store(value, ordering: .sequentiallyConsistent)
    }

    static func compareExchange(
        at place: UnsafeMutableRawPointer, _ expected: UInt64, _ desired: UInt64
    ) -> UInt64 {
        unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee
            .compareExchange(
                expected: expected, desired: desired, ordering: .sequentiallyConsistent
            ).original
    }
}
