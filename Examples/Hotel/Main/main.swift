import HotelService
import Pando
import PandoDatabase
import PandoEvents
import Foundation

var configuration = NodeConfiguration()
if let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) { configuration.port = port; configuration.adminPort = port + 1 }
let pre = try await Database.open(Database.Configuration(path: "data/hotel.sqlite"))
try await pre.migrateSystem("events", EventsSchema.migrations)
await pre.close()
let node = try await Node.make(HotelApp(), configuration)
print("migrated", try await node.prepare())
try await node.run(onReady: { print("Addresses", $0) })
