/// Why a message cannot become a record.
package struct MessageError: Error, Equatable, Sendable {
    /// The kinds of faults that are counted; numbered from 0.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// It is damaged, or not what the format allows.
        case syntax
        /// It probably is of another format than the listener takes.
        case otherFormat
        /// It is longer than may be kept, and of no use without its end.
        case tooLong
        /// Its end never came.
        case incomplete
        /// There was no memory left for it.
        case crowded
    }

    /// For people, in lower case and without a full stop: `the pickle is not a dict`.
    package let reason: String
    /// What is counted.
    package let kind: Kind

    package init(_ reason: String, _ kind: Kind = .syntax) {
        self.reason = reason
        self.kind = kind
    }
}

extension MessageError.Kind: CustomStringConvertible {
    /// The name in records, such as `other_format`.
    package var description: String {
        switch self {
        case .syntax: "syntax"
        case .otherFormat: "other_format"
        case .tooLong: "too_long"
        case .incomplete: "incomplete"
        case .crowded: "crowded"
        }
    }
}
