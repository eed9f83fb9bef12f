public import Hummingbird
import Logging
import NIOCore

/// The request context of every route of an app: Hummingbird's, with what Pando knows about the request.
///
/// Middleware and handlers written for any `RequestContext` work with it, and a context of one's own derives from it as
/// a child (`ChildRequestContext`).
public struct AppContext: RequestContext {
    /// Hummingbird's part: logger, parameters, endpoint path.
    public var coreContext: CoreRequestContextStorage
    /// The connection; present unless a test calls the router directly with a context of its own.
    let channel: any Channel
    /// Set by the front middleware before anything of the app runs.
    var info: RequestInfo

    /// Makes the context of a request that just arrived.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        info = .none
    }

    /// The id of the request: the client's `X-Request-ID` if it sent a valid one, else made here. It goes with the answer
    /// and with every line of the log.
    public var requestID: String { info.id }

    /// The address of the client; behind a trusted proxy the address that the proxy names.
    public var clientAddress: ClientAddress { info.client.address }

    /// Whether the client reached the service over TLS, here or at a trusted proxy.
    public var isSecure: Bool { info.client.isSecure }

    /// The bytes that `request.decode` reads at most.
    public var maxUploadSize: Int { info.decodedBodyBytes }

    /// Reads JSON bodies; what is wrong with one becomes a problem that names the field.
    public var requestDecoder: JSONRequestDecoder { JSONRequestDecoder() }

    /// Writes JSON bodies; dates as RFC 3339.
    public var responseEncoder: JSONResponseEncoder { JSONResponseEncoder() }
}
