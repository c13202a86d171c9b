/// The types that a setting's value may have in a file, besides a string.
struct ValueForms: OptionSet {
    let rawValue: UInt8

    /// A number, without quotes.
    static let number = ValueForms(rawValue: 1)
    /// `true` or `false`, without quotes.
    static let boolean = ValueForms(rawValue: 2)
    /// An array of strings, which stands for them with commas between.
    static let list = ValueForms(rawValue: 4)

    /// The types, for messages.
    var description: String {
        if contains(.number) { return "a string or a number" }
        if contains(.boolean) { return "true or false" }
        if contains(.list) { return "an array of strings, or a string" }
        return "a string, in quotes"
    }
}
