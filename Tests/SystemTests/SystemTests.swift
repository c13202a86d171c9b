import Testing

/// The installed daemon under a real systemd, one test after the other.
@Suite(.serialized, .needsSystemdHost, .timeLimit(.minutes(3)))
enum SystemTests {}
