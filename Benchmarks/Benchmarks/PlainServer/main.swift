// The yardstick: a Hummingbird server whose only handler answers a constant.
//
// Usage: PlainServer PORT

import Foundation
import Hummingbird

guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
    try? FileHandle.standardError.write(contentsOf: Data("usage: PlainServer PORT\n".utf8))
    exit(64)
}

let router = Router()
router.get("/") { _, _ in "Hello, world" }
let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
try await application.runService()
