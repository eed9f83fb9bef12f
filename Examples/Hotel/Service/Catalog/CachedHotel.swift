import Foundation
import NIOCore
import PandoCache

/// A hotel as the cache keeps it: for code, and as the bytes that the API sends.
struct CachedHotel: CacheWeighable, Sendable {
    let details: HotelDetails
    let json: ByteBuffer

    init(_ details: HotelDetails) throws {
        self.details = details
        json = ByteBuffer(bytes: try JSONEncoder().encode(details))
    }

    /// Text and values take about as much as their JSON.
    var heapBytes: Int { 2 * json.readableBytes }
}
