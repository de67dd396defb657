import Testing
import Vault
import VaultTorture

@Suite("Making a volume")
struct CreationTests {
    @Test("an empty file and a new disk are blank; a finished volume and other data are not")
    func blank() throws {
        #expect(try MemoryBlockStore().isBlank())
        let disk = MemoryBlockStore(bytes: [UInt8](repeating: 0, count: 1 << 20))
        #expect(try disk.isBlank())
        _ = try TestVolumes.create(on: disk)
        #expect(try !disk.isBlank())
        _ = try TestVolumes.open(disk)
        #expect(try !MemoryBlockStore(bytes: [UInt8](repeating: 1, count: 1 << 20)).isBlank())
        // Too short for any volume, and not empty.
        #expect(try !MemoryBlockStore(bytes: [UInt8](repeating: 0, count: 1 << 14)).isBlank())
    }

    @Test("one lost copy of the key slots makes no volume blank", arguments: [2, 3])
    func halfBlank(address: Int) throws {
        let store = MemoryBlockStore()
        _ = try TestVolumes.create(on: store)
        var image = store.image
        image.replaceSubrange(
            address * 4096..<(address + 1) * 4096, with: [UInt8](repeating: 0, count: 4096))
        let damaged = MemoryBlockStore(bytes: image)
        #expect(try !damaged.isBlank())
        _ = try TestVolumes.open(damaged)
    }

    @Test(
        "cut off after any write, the store is blank, or the volume opens",
        arguments: [StoreFailure.Operation.write, .barrier])
    func cutOff(operation: StoreFailure.Operation) throws {
        var outcomes: Set<Bool> = []
        for count in 0... {
            let disk = MemoryBlockStore(bytes: [UInt8](repeating: 0, count: 1 << 20))
            let store = FaultyBlockStore(disk)
            store.arm(.init(operation, after: count, errorNumber: 5, isPermanent: true))
            let isFinished = (try? TestVolumes.create(on: store)) != nil
            let isBlank = try disk.isBlank()
            outcomes.insert(isBlank)
            if isBlank { _ = try TestVolumes.create(on: disk) }
            _ = try TestVolumes.open(disk)
            #expect(!(isFinished && isBlank))
            if isFinished { break }
        }
        #expect(outcomes == [true, false])
    }
}
