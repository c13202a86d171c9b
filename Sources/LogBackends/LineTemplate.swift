import CSystemd
import Glibc
import LogRecords

/// A template for log lines in the style of Python's `logging`: `%(asctime)s:%(levelname)s:%(message)s`.
///
/// Renders as `logging.Formatter` of CPython does for these names and printf-style conversions, except that control
/// characters in what comes from a record are escaped: one record is one line. Widths count characters (code points).
/// Milliseconds are those of the clock; Python's come from a rounded float before 3.13 and can be one off.
public struct LineTemplate: Sendable, Equatable {
    /// A name that a template may use.
    enum Name: String, CaseIterable {
        case asctime, levelname, levelno, message, name, created, msecs, process
        case peer, listener, `protocol`, connection

        /// What Python's `%` sees under the name.
        enum Kind {
            case text, integer, float
        }

        var kind: Kind {
            switch self {
            case .levelno, .process: .integer
            case .created, .msecs: .float
            case .asctime, .levelname, .message, .name, .peer, .listener, .protocol, .connection: .text
            }
        }
    }

    enum Segment: Equatable {
        case literal([UInt8])
        case field(Name, LineConversion)
    }

    /// The template as it was written.
    public let text: String
    private let segments: [Segment]

    /// `%(asctime)s:%(levelname)s:%(message)s`
    public static let standard = LineTemplate(
        text: "%(asctime)s:%(levelname)s:%(message)s",
        segments: [
            .field(.asctime, LineConversion()), .literal([UInt8(ascii: ":")]),
            .field(.levelname, LineConversion()), .literal([UInt8(ascii: ":")]),
            .field(.message, LineConversion()),
        ]
    )

    private init(text: String, segments: [Segment]) {
        self.text = text
        self.segments = segments
    }

    public init(_ text: String) throws(LineTemplateError) {
        var parser = LineTemplateParser(text)
        self.init(text: text, segments: try parser.parse())
    }

    /// Appends the line, without its end.
    func append(_ record: borrowing LogRecord, to batch: inout LogBatch) {
        for segment in segments {
            switch segment {
            case .literal(let bytes):
                batch.bytes.append(contentsOf: bytes)
            case .field(let name, let conversion):
                let start = batch.bytes.count
                switch conversion.type {
                case .text: Self.append(name, of: record, to: &batch)
                case .integer: conversion.append(Self.integer(name, of: record), to: &batch.bytes)
                case .float: conversion.append(Self.float(name, of: record), to: &batch.bytes)
                }
                conversion.fit(&batch.bytes, from: start)
            }
        }
    }

    // MARK: values

    private static let processID = getpid()

    private static func append(_ name: Name, of record: borrowing LogRecord, to batch: inout LogBatch) {
        switch name {
        case .asctime:
            let time = batch.calendar.local(record.time)
            Timestamp.append(time, milliseconds: record.time.milliseconds, to: &batch.bytes)
        case .levelname: batch.bytes.append(record.severity.pythonName)
        case .message: TextEscaping.append(record.message.span, to: &batch.bytes)
        case .name: batch.bytes.append("sockserved")
        case .levelno, .process: batch.bytes.append(decimal: integer(name, of: record))
        case .created, .msecs: batch.bytes.append(utf8: float(name, of: record).description)
        case .peer: append(record.origin?.peerText, to: &batch.bytes)
        case .listener: append(record.origin?.listener, to: &batch.bytes)
        case .protocol: append(record.origin?.protocolName, to: &batch.bytes)
        case .connection:
            if let connection = record.origin?.connection {
                batch.bytes.append(decimal: connection)
            } else {
                batch.bytes.append("-")
            }
        }
    }

    private static func append(_ text: String?, to output: inout [UInt8]) {
        if let text, !text.isEmpty {
            output.append(escaping: text)
        } else {
            output.append("-")
        }
    }

    /// The value as `%d` sees it; Python cuts a float's fraction off.
    private static func integer(_ name: Name, of record: borrowing LogRecord) -> Int64 {
        switch name {
        case .levelno: Int64(record.severity.pythonNumber)
        case .process: Int64(processID)
        default: Int64(exactly: float(name, of: record).rounded(.towardZero)) ?? 0
        }
    }

    /// The value as `%f` sees it.
    private static func float(_ name: Name, of record: borrowing LogRecord) -> Double {
        switch name {
        // As CPython makes seconds of its clock's nanoseconds, for equal digits; enough until 2262.
        case .created: Double(record.time.seconds &* 1_000_000_000 &+ Int64(record.time.nanoseconds)) / 1e9
        case .msecs: Double(record.time.milliseconds)
        default: Double(integer(name, of: record))
        }
    }
}
