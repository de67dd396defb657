internal import Synchronization

/// An anchor in memory: freshness within one process, and the model for tests.
package final class MemoryAnchor: Anchor {
    private let states = Mutex<[[UInt8]: AnchoredState]>([:])

    package init() {}

    package func state(ofVolume volumeID: [UInt8]) throws(AnchorFailure) -> AnchoredState? {
        states.withLock { $0[volumeID] }
    }

    package func advance(
        volume volumeID: [UInt8], from old: AnchoredState?, to new: AnchoredState
    ) throws(AnchorFailure) {
        try states.withLock { states throws(AnchorFailure) in
            guard states[volumeID] == old else {
                throw .conflict(expectedEpoch: old?.epoch, foundEpoch: states[volumeID]?.epoch)
            }
            states[volumeID] = new
        }
    }
}
