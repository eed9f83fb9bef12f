import TestSupport
import Testing

@testable import PandoCache
@testable import PandoEviction

@Suite struct FrequencySketchTests {
    @Test func countsUpToFifteen() {
        var sketch = FrequencySketch()
        sketch.ensureCapacity(100)
        for count in 1...20 {
            sketch.increment(12345)
            #expect(sketch.frequency(of: 12345) == min(count, 15))
        }
        #expect(sketch.frequency(of: 54321) == 0)
    }

    @Test func growthKeepsTheCounts() {
        var sketch = FrequencySketch()
        for _ in 0..<5 { sketch.increment(77) }
        sketch.ensureCapacity(10_000)
        #expect(sketch.frequency(of: 77) == 5)
    }

    @Test func oldPopularityFades() {
        var sketch = FrequencySketch()
        sketch.ensureCapacity(100)
        for _ in 0..<12 { sketch.increment(77) }
        for other in 0..<UInt64(2 * sketch.sampleSize) { sketch.increment(1000 + other) }
        #expect(sketch.frequency(of: 77) < 12)
    }

    @Test func estimatesAreNeverTooLow() {
        var sketch = FrequencySketch()
        sketch.ensureCapacity(1000)
        var random = SeededGenerator(seed: 5)
        var counts: [UInt64: Int] = [:]
        for _ in 0..<5000 {
            let key = random.next() % 1000
            counts[key, default: 0] += 1
            sketch.increment(key)
        }
        for (key, count) in counts { #expect(sketch.frequency(of: key) >= min(count, 15)) }
    }
}
