import Testing

@testable import LogFormats

@Suite struct ReassemblyBufferTests {
    @Test func deliveredBytesStayUntilTheyAreDiscarded() {
        var buffer = ReassemblyBuffer()
        buffer.append([1, 2].span, maxCapacity: 10)
        buffer.discardDelivered()
        buffer.append([3].span, maxCapacity: 10)
        #expect(buffer.bytes == [1, 2, 3])
        buffer.deliver()
        #expect(buffer.bytes == [1, 2, 3])
        buffer.discardDelivered()
        #expect(buffer.bytes.isEmpty)
        buffer.append(bigEndian: 0x0102_0304, count: 4)
        buffer.append(bigEndian: 0x0506, count: 2)
        #expect(buffer.bytes == [1, 2, 3, 4, 5, 6])
    }

    @Test func muchMemoryIsGivenBack() {
        var buffer = ReassemblyBuffer()
        let small = [UInt8](repeating: 1, count: 1000)
        buffer.append(small.span, maxCapacity: 2000)
        buffer.discard()
        #expect(buffer.bytes.capacity >= 1000)
        let large = [UInt8](repeating: 1, count: 100_000)
        buffer.append(large.span, maxCapacity: 100_000)
        #expect(buffer.bytes.capacity < 101_000)
        buffer.discard()
        #expect(buffer.bytes.capacity == 0)
        buffer.append(small.span, maxCapacity: 2000)
        buffer.releaseMemory()
        #expect(buffer.bytes == small, "a message has begun")
        buffer.discard()
        buffer.releaseMemory()
        #expect(buffer.bytes.capacity == 0)
    }
}
