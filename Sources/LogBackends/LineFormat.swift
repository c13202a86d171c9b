/// How a record becomes a line of a file.
public enum LineFormat: Sendable, Equatable {
    case standard
}
