// The process that HandoverTests start, hand over and kill: it serves by the file that it is given, writes its number and its addresses beside
// that file, and waits where a test says so.
import Dispatch
import Foundation
import PandoEdge

let file = CommandLine.arguments[1]

/// Waits at a step for as long as the file `FILE.pause` names it.
func pause(at step: String) {
    func isNamed() -> Bool { (try? String(contentsOfFile: file + ".pause", encoding: .utf8)) == step }
    guard isNamed() else { return }
    do { try note("\(getpid())", in: "paused") } catch { exit(3) }
    while isNamed() { usleep(2_000) }
}

/// Writes a file that is there with all that it holds, or not at all.
func note(_ text: String, in ending: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(file).\(ending)"), options: .atomic)
}

/// Says when a signal has come.
nonisolated func watch(_ number: Int32, _ events: AsyncStream<Int32>.Continuation) -> any DispatchSourceSignal {
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { events.yield(number) }
    source.resume()
    return source
}

let inherited = InheritedSockets.take()
let isFirst = inherited.isEmpty
if !isFirst { pause(at: "start") }
let edge = try Edge(try EdgeConfiguration.load(path: file).configuration, file: file, inherited: inherited)
if !isFirst { pause(at: "listening") }

signal(SIGTERM, SIG_IGN)
signal(SIGUSR2, SIG_IGN)
let (events, ended) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(8))
let sources = [SIGTERM, SIGUSR2].map { watch($0, ended) }
try note(edge.addresses.map { "\($0.port ?? 0)" }.joined(separator: "\n"), in: "ports")
try note("\(getpid())", in: "serving")
ServiceManager.isReady()
inherited.finish()

for await event in events {
    guard event == SIGUSR2 else { break }
    do {
        try await edge.handOver(to: CommandLine.arguments)
        break
    } catch {
        try note("\(error)", in: "failed")
    }
}
withExtendedLifetime(sources) {}
await edge.stop()
try note("\(getpid())", in: "ended")
