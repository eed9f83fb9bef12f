import Foundation
import Synchronization

/// A program that a test runs.
enum ChildProcess {
    /// What came of it.
    struct Result {
        let status: Int32
        /// Standard output and standard error, as they came.
        let output: String
    }

    /// What it reads.
    enum Input {
        /// A text, and then the end.
        case text(String)
        /// A text, and no end while it runs.
        case commands(String)
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program to its end.
    static func run(_ arguments: [String], input: Input = .text(""), folder: String? = nil) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // Small enough for the pipe.
        switch input {
        case .text(let text):
            try standardInput.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try standardInput.fileHandleForWriting.close()
        case .commands(let text): try standardInput.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        }
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }

    /// Runs a program that has to succeed.
    @discardableResult
    static func succeed(_ arguments: [String], folder: String) throws -> String {
        let result = try run(arguments, folder: folder)
        guard result.status == 0 else {
            throw Failed(description: "\(arguments.joined(separator: " ")): \(result.status)\n\(result.output)")
        }
        return result.output
    }
}
