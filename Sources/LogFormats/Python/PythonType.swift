/// Python's classes and functions whose arguments have a known meaning.
///
/// None of them is called.
enum PythonType {
    // Functions that make an instance of the class that is their first argument.
    case reconstructor, newObject, newObjectEx
    /// `getattr`: a name within a name.
    case attribute
    // Containers of their argument, or of the items that are added to them.
    case list, set, frozenset, dict, deque
    /// Text or a number in the first argument: `Decimal`, networks.
    case argument
    /// Numbers, or text.
    case ipv4, ipv6
    /// The last two make bytes of text in Latin-1.
    case bytes, bytearray, encode
    case complex, fraction, uuid, path, windowsPath
    case datetime, date, time, timedelta
    // Time zones.
    case timezone, utc, pytz, zoneInfo

    static func named(_ name: Span<UInt8>) -> PythonType? {
        table.index(of: name).map { types[$0] }
    }

    /// The names as pickles have them, in Python 2 and 3.
    private static let names: [(PythonType, [StaticString])] = [
        (.reconstructor, ["copyreg._reconstructor", "copy_reg._reconstructor"]),
        (.newObject, ["copyreg.__newobj__", "copy_reg.__newobj__"]),
        (.newObjectEx, ["copyreg.__newobj_ex__", "copy_reg.__newobj_ex__"]),
        (.attribute, ["builtins.getattr", "__builtin__.getattr"]),
        (.list, ["builtins.list", "__builtin__.list", "builtins.tuple", "__builtin__.tuple"]),
        (.set, ["builtins.set", "__builtin__.set", "sets.Set"]),
        (.frozenset, ["builtins.frozenset", "__builtin__.frozenset", "sets.ImmutableSet"]),
        (
            .dict,
            [
                "builtins.dict", "__builtin__.dict", "collections.OrderedDict", "collections.defaultdict",
                "collections.Counter", "types.MappingProxyType",
            ]
        ),
        (.deque, ["collections.deque"]),
        (
            .argument,
            [
                "decimal.Decimal", "_decimal.Decimal", "cdecimal.Decimal", "builtins.str",
                "__builtin__.str", "__builtin__.unicode", "builtins.int", "builtins.float", "__builtin__.int",
                "__builtin__.float", "ipaddress.IPv4Network", "ipaddress.IPv6Network", "ipaddress.IPv4Interface",
                "ipaddress.IPv6Interface",
            ]
        ),
        (.ipv4, ["ipaddress.IPv4Address"]),
        (.ipv6, ["ipaddress.IPv6Address"]),
        (.bytes, ["builtins.bytes", "__builtin__.bytes"]),
        (.bytearray, ["builtins.bytearray", "__builtin__.bytearray"]),
        (.encode, ["_codecs.encode"]),
        (.complex, ["builtins.complex", "__builtin__.complex"]),
        (.fraction, ["fractions.Fraction"]),
        (.uuid, ["uuid.UUID"]),
        (
            .path,
            [
                "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.Path", "pathlib.PurePath",
                "pathlib._local.PosixPath", "pathlib._local.PurePosixPath",
            ]
        ),
        (
            .windowsPath,
            [
                "pathlib.WindowsPath", "pathlib.PureWindowsPath", "pathlib._local.WindowsPath",
                "pathlib._local.PureWindowsPath",
            ]
        ),
        (.datetime, ["datetime.datetime", "_datetime.datetime"]),
        (.date, ["datetime.date", "_datetime.date"]),
        (.time, ["datetime.time", "_datetime.time"]),
        (.timedelta, ["datetime.timedelta", "_datetime.timedelta"]),
        (.timezone, ["datetime.timezone", "_datetime.timezone"]),
        (.utc, ["pytz._UTC", "dateutil.tz.tz.tzutc", "dateutil.tz.tzutc", "django.utils.timezone.UTC"]),
        (.pytz, ["pytz._p"]),
        (.zoneInfo, ["zoneinfo.ZoneInfo._unpickle", "zoneinfo._zoneinfo.ZoneInfo._unpickle"]),
    ]
    private static let table = KeywordTable(names.flatMap(\.1).map { (-1, "<\($0)>") })
    private static let types = names.flatMap { type, names in names.map { _ in type } }
}
