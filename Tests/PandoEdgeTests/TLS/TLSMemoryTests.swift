import Foundation
import Testing

@testable import PandoEdge

#if canImport(Glibc)
    @Suite struct TLSMemoryTests {
        // An idle session gives its buffers back (SSL_MODE_RELEASE_BUFFERS); with them it would hold 34 KB more.
        @Test func idleSessionHoldsNoBuffers() throws {
            let authority = try TestAuthority.shared.get()
            let (context, client) = (try authority.context(), try authority.client())
            // What is made once is made by the first. Other tests run at the same time, so that only the best of some
            // measurements says something.
            var servers = [try idleServer(context, client)]
            var best = Int.max
            for _ in 0..<5 {
                let before = try residentBytes()
                for _ in 0..<300 { servers.append(try idleServer(context, client)) }
                best = min(best, (try residentBytes() - before) / 300)
            }
            #expect(servers.allSatisfy { $0.isEstablished })
            #expect(best < 24_000, "\(best) bytes a session")
        }

        private func idleServer(_ context: TLSContext, _ client: TLSClientContext) throws -> TLSSession {
            let pair = try TLSPair(context, client)
            pair.shake()
            _ = TLSPair.read(pair.server)
            return pair.server
        }

        private func residentBytes() throws -> Int {
            let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
            return (Int(pages) ?? 0) * Int(getpagesize())
        }
    }
#endif
