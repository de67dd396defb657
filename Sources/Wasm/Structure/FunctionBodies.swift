internal import Synchronization

/// Where the bodies of a module's own functions lie in its binary, in their order.
///
/// Finding them takes a look at every body, so in a module whose machine code is there already it is
/// left to whoever first asks for one.
package struct FunctionBodies: RandomAccessCollection, Sendable {
    private enum Places: Sendable {
        case known([Module.FunctionBody])
        case later(LateBodies)
    }

    package let count: Int
    private let places: Places

    package init(_ bodies: [Module.FunctionBody]) {
        count = bodies.count
        places = .known(bodies)
    }

    /// - Parameter range: of the binary, from the first body's size on.
    init(count: Int, in bytes: ModuleBytes, range: Range<Int>) {
        self.count = count
        places = .later(LateBodies(bytes, range, count))
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(position: Int) -> Module.FunctionBody {
        switch places {
        case .known(let bodies): bodies[position]
        case .later(let bodies): bodies.find(position)
        }
    }
}

/// Bodies that are found when the first of them is asked for.
private final class LateBodies: Sendable {
    private let bytes: ModuleBytes
    private let range: Range<Int>
    private let count: Int
    private let found = Mutex<[Module.FunctionBody]?>(nil)

    init(_ bytes: ModuleBytes, _ range: Range<Int>, _ count: Int) {
        self.bytes = bytes
        self.range = range
        self.count = count
    }

    func find(_ position: Int) -> Module.FunctionBody {
        found.withLock { found in
            if let bodies = found { return bodies[position] }
            let bodies = read()
            found = bodies
            return bodies[position]
        }
    }

    /// A body whose size does not fit is empty, as are those after it: no function is valid then.
    private func read() -> [Module.FunctionBody] {
        var reader = BinaryReader(bytes, range: range, section: SectionID.code.name)
        var bodies: [Module.FunctionBody] = []
        bodies.reserveCapacity(count)
        while bodies.count < count, let size = try? reader.index(),
            let body = try? reader.skip(Int(size))
        {
            bodies.append(Module.FunctionBody(range: body))
        }
        let missing = Module.FunctionBody(range: range.upperBound..<range.upperBound)
        bodies.append(contentsOf: repeatElement(missing, count: count - bodies.count))
        return bodies
    }
}
