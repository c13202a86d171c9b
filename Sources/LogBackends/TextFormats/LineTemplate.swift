import LogRecords

/// A template for log lines in the style of Python's `logging`: `%(asctime)s:%(levelname)s:%(message)s`.
///
/// Lines are those of CPython's `logging.Formatter` for these names and printf-style conversions, except that control
/// characters in values are escaped: one record is one line. Widths count characters (code points). Milliseconds are
/// exact; before 3.13, Python computes them from a rounded float and can be one off.
public struct LineTemplate: Sendable, Equatable {
    enum Segment: Equatable {
        case literal([UInt8])
        case field(TemplateField, PrintfConversion)
    }

    /// A segment without reference-counted members, since every record iterates over the template.
    private enum Piece {
        /// The range of its bytes in `literals`.
        case literal(Range<Int>)
        /// A field with the conversion `s` alone.
        case plain(TemplateField)
        case field(TemplateField, PrintfConversion)
    }

    /// One object, so that copying the template counts one reference instead of three.
    private final class Parts: Sendable {
        let text: String
        let pieces: [Piece]
        let literals: [UInt8]
        /// How many pieces at the front say nothing but the time and the severity.
        let startCount: Int
        /// Whether the message alone follows them.
        let endsWithMessage: Bool

        init(text: String, pieces: [Piece], literals: [UInt8]) {
            self.text = text
            self.pieces = pieces
            self.literals = literals
            startCount =
                pieces.firstIndex { piece in
                    switch piece {
                    case .literal, .plain(.own(.asctime)), .plain(.own(.time)), .plain(.own(.levelname)),
                        .plain(.own(.level)), .plain(.own(.severity)):
                        false
                    default: true
                    }
                } ?? pieces.count
            if startCount + 1 == pieces.count, case .plain(.own(.message))? = pieces.last {
                endsWithMessage = true
            } else {
                endsWithMessage = false
            }
        }
    }

    private let parts: Parts

    /// The template's text.
    public var text: String { parts.text }

    /// Compares the texts.
    public static func == (left: LineTemplate, right: LineTemplate) -> Bool { left.text == right.text }

    /// The template of `LineFormat.standard`: `%(asctime)s:%(levelname)s:%(message)s`.
    public static let standard = LineTemplate(
        text: "%(asctime)s:%(levelname)s:%(message)s",
        segments: [
            .field(.own(.asctime), PrintfConversion()), .literal([UInt8(ascii: ":")]),
            .field(.own(.levelname), PrintfConversion()), .literal([UInt8(ascii: ":")]),
            .field(.own(.message), PrintfConversion()),
        ]
    )

    private init(text: String, segments: [Segment]) {
        var pieces: [Piece] = []
        var literals: [UInt8] = []
        for segment in segments {
            switch segment {
            case .literal(let bytes):
                pieces.append(.literal(literals.count..<literals.count + bytes.count))
                literals += bytes
            case .field(let name, PrintfConversion()):
                pieces.append(.plain(name))
            case .field(let name, let conversion):
                pieces.append(.field(name, conversion))
            }
        }
        parts = Parts(text: text, pieces: pieces, literals: literals)
    }

    /// Parses a template.
    ///
    /// - Throws: the first error, with its position.
    public init(_ text: String) throws(LineTemplateError) {
        var parser = LineTemplateParser(text)
        self.init(text: text, segments: try parser.parse())
    }

    /// Parses a template for identifiers, which may be plain text.
    ///
    /// - Throws: the first error, with its position.
    init(identifier text: String) throws(LineTemplateError) {
        var parser = LineTemplateParser(text)
        self.init(text: text, segments: try parser.parse(allowsPlainText: true))
    }

    /// The parts of a record that it names.
    var selection: FieldSelection {
        parts.pieces.reduce(into: []) { selection, piece in
            switch piece {
            case .literal: break
            case .plain(let name), .field(let name, _): selection.formUnion(name.selection)
            }
        }
    }

    /// Appends the line with its newline, as records of one time often have the same start.
    func appendLine(
        _ record: borrowing LogRecord,
        with values: inout TemplateFieldWriter,
        startingWith starts: inout LineStarts,
        to output: inout [UInt8]
    ) {
        let newline = UInt8(ascii: "\n")
        let count = TemplateFieldWriter.hasOwnLevelName(record) ? 0 : parts.startCount
        if count > 0 {
            let index = starts.index(of: record.time, record.severity)
            if starts.texts[index].isEmpty {
                append(record, with: &values, pieces: 0..<count, to: &starts.texts[index])
            }
            let text = starts.texts[index]
            if parts.endsWithMessage, record.isPlainLine {
                return output.append(text.span, record.message.span, newline)
            }
            output.append(text.span)
        }
        append(record, with: &values, pieces: count..<parts.pieces.count, to: &output)
        output.append(newline)
    }

    /// Appends the line without a newline.
    func append(_ record: borrowing LogRecord, with values: inout TemplateFieldWriter, to output: inout [UInt8]) {
        append(record, with: &values, pieces: parts.pieces.indices, to: &output)
    }

    private func append(
        _ record: borrowing LogRecord,
        with values: inout TemplateFieldWriter,
        pieces: Range<Int>,
        to output: inout [UInt8]
    ) {
        for index in pieces {
            switch parts.pieces[index] {
            case .literal(let range):
                if range.count == 1 {
                    output.append(parts.literals[range.lowerBound])
                } else {
                    output.append(contentsOf: parts.literals[range])
                }
            case .plain(let name):
                values.append(name, of: record, to: &output)
            case .field(let name, let conversion):
                let start = output.count
                switch conversion.type {
                case .text: values.append(name, of: record, to: &output)
                case .integer: conversion.append(TemplateFieldWriter.integer(name, of: record), to: &output)
                case .float: conversion.append(TemplateFieldWriter.float(name, of: record), to: &output)
                }
                conversion.fit(&output, from: start)
            }
        }
    }
}
