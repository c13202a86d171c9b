/// A value of a TOML document (TOML 1.0.0).
package enum TOMLValue {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    /// A date, a time or both, as text.
    case date(String)
    case array(TOMLArray)
    case table(TOMLTable)

    /// The type of the value, for messages.
    package var kind: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a floating-point number"
        case .boolean: "a boolean"
        case .date: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

/// An array; a class, because headers add tables to it later.
package final class TOMLArray {
    /// The notation of an array, which determines how it may be extended.
    enum Form {
        /// `[1, 2]`: complete.
        case inline
        /// `[[name]]`: each further header adds a table.
        case tables
    }

    let form: Form
    package private(set) var values: [TOMLValue] = []

    init(_ form: Form) {
        self.form = form
    }

    func append(_ value: TOMLValue) {
        values.append(value)
    }
}

/// A table with its keys in the order of the document; a class, because headers add to it later.
package final class TOMLTable {
    /// The notation of a table, which determines how it may be extended.
    enum Form {
        /// Contains another table, as `a` in `[a.b]`: may still be defined.
        case implicit
        /// `[a]`: defined.
        case header
        /// As `a` in `a.b = 1`: only further such keys add to it.
        case dotted
        /// `{ b = 1 }`: complete.
        case inline
    }

    var form: Form
    /// The line in which the table begins, from 1.
    package let line: Int
    package private(set) var keys: [String] = []
    private var values: [String: TOMLValue] = [:]
    private var lines: [String: Int] = [:]

    init(_ form: Form, line: Int) {
        self.form = form
        self.line = line
    }

    package subscript(key: String) -> TOMLValue? { values[key] }

    /// The line of the key, from 1; of the table for a missing key.
    package func line(of key: String) -> Int { lines[key] ?? line }

    /// Adds a new key.
    func add(_ key: String, _ value: TOMLValue, line: Int) {
        keys.append(key)
        values[key] = value
        lines[key] = line
    }
}

/// An error in a TOML document, with its place.
package struct TOMLError: Error, Equatable, Sendable {
    /// From 1.
    package let line: Int
    /// From 1, in characters (code points).
    package let column: Int
    package let reason: String
}
