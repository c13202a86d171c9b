extension LogRecord {
    /// A name and a value.
    public struct Field: Sendable {
        /// The name of a field.
        public enum Name: Sendable {
            /// A name of known meaning.
            case known(FieldKey)
            /// A name that the sender chose: a range of the record's `bytes`, in any bytes.
            case extra(Range<Int>)
            /// A parameter of structured data (RFC 5424, section 6.3): ranges of the record's `bytes`.
            ///
            /// The parameters of one element follow each other; an element without any has one field with empty name
            /// and value.
            case structured(id: Range<Int>, name: Range<Int>)
        }

        /// The value of a field.
        public enum Value: Sendable {
            /// An integer.
            case integer(Int64)
            /// Text or any other bytes: a range of the record's `bytes`.
            case bytes(Range<Int>)
            /// Another JSON value than a string, as RFC 8259 writes it, in UTF-8 and without control characters: a
            /// range of the record's `bytes`.
            case json(Range<Int>)
        }

        /// The field's name.
        public let name: Name
        /// The field's value.
        public let value: Value

        /// Makes a field.
        public init(name: Name, value: Value) {
            self.name = name
            self.value = value
        }
    }
}
