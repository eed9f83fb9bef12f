import NIOCore
import PandoCache
import PandoDatabase
import Synchronization

/// A hotel as the cache keeps it: the bytes that the API sends, and what they say once somebody has asked.
final class CachedHotel: CacheWeighable, Sendable {
    let json: ByteBuffer
    private let decoded = Mutex<HotelDetails?>(nil)

    /// Takes the JSON of ``HotelDetails``.
    init(json: ByteBuffer) {
        self.json = json
    }

    /// The hotel with its city and rooms.
    var details: HotelDetails {
        get throws {
            try decoded.withLock { decoded in
                if let decoded { return decoded }
                let details = try JSONText(String(buffer: json)).decode(HotelDetails.self)
                decoded = details
                return details
            }
        }
    }

    /// Text and values take about twice as much as their JSON.
    var heapBytes: Int { 3 * json.readableBytes }
}
