import Foundation
import TestSupport
import Testing

/// `Tests/Lint/check-rooms`, which `make lint` runs.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "skipped: no python3"))
struct RoomsTests {
    private let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func theSourcesKeepTheOrder() throws {
        let (status, output) = try check(tests.deletingLastPathComponent().path)
        #expect(status == 0, "\(output)")
    }

    /// README shows the same modules and folders in the same order.
    @Test func theReadmeShowsTheOrder() throws {
        var rooms: [String: [String]] = [:]
        var module = ""
        for line in try Checkout.text("Tests/Lint/rooms").split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("[") {
                module = line.trimmingCharacters(in: ["[", "]"])
            } else {
                rooms[module, default: []] += line.split(separator: " ").map(String.init).filter { $0 != "." }
            }
        }
        var shown: [String: [String]] = [:]
        let lines = try Checkout.text("README.md").split(separator: "\n")
        let tree = lines.drop { !$0.hasPrefix("sockserved   ") }.prefix { !$0.hasPrefix("C...") }
        for line in tree {
            // The names, and after a wider gap their description.
            let names = line.components(separatedBy: "   ")[0].split(separator: " ").map(String.init)
            if !line.hasPrefix(" ") { module = names[0] }
            shown[line.hasPrefix(" ") ? module : "", default: []] += names
        }
        #expect(shown == rooms)
    }

    @Test func whatIsNotBelowIsFound() throws {
        try write("SocketServer/Streams/A.swift", "struct StreamThing {}")
        try write("SocketServer/Datagrams/B.swift", "struct DatagramThing { let below: LoopThing }")
        try write("SocketServer/Loop/C.swift", "import Linux\nstruct LoopThing { struct Nested {} }")
        #expect(try check(directory.path) == (0, ""))
        // Neither a comment, nor text, nor a nested type of the same name, nor a member of another one.
        try write("SocketServer/Loop/D.swift", "struct D { let text = \"StreamThing\" } // StreamThing")
        try write(
            "SocketServer/Loop/E.swift",
            "struct E { struct StreamThing {}; let a: StreamThing; let b: D.StreamThing }"
        )
        #expect(try check(directory.path) == (0, ""))
        for (file, text, fault) in [
            (
                "SocketServer/Loop/F.swift", "func f(_ a: StreamThing) {}",
                "SocketServer/Loop uses StreamThing of Streams"
            ),
            (
                "SocketServer/Loop/F.swift", "let f = \"\\(StreamThing.self)\"",
                "SocketServer/Loop uses StreamThing of Streams"
            ),
            (
                "SocketServer/Streams/F.swift", "let f = DatagramThing.self",
                "SocketServer/Streams uses DatagramThing of Datagrams"
            ),
            ("SocketServer/Loop/F.swift", "package import Daemon", "SocketServer imports Daemon"),
        ] {
            try write(file, text)
            #expect(try check(directory.path) == (1, "Sources/\(file): \(fault), which is not below it\n"))
            try FileManager.default.removeItem(atPath: directory.path("Sources/\(file)"))
        }
        try write("SocketServer/Cellar/F.swift", "struct F {}")
        #expect(
            try check(directory.path)
                == (1, "Sources/SocketServer/Cellar/F.swift: the folder SocketServer/Cellar is not listed\n")
        )
    }

    private func write(_ file: String, _ text: String) throws {
        let url = URL(filePath: directory.path("Sources/\(file)"))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    /// - Returns: the exit status and the output.
    private func check(_ root: String) throws -> (Int32, String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = tests.appending(path: "Lint/check-rooms")
        process.arguments = [root]
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
