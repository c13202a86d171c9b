package import Glibc

/// A group of users; see group(5).
package struct UserGroup: Sendable, Equatable {
    /// The name, or the number if it was given as one.
    package let name: String
    package let id: gid_t

    /// Looks the group up.
    ///
    /// - Throws: when the group does not exist.
    package init(_ text: String) throws(ValueError) {
        if let id = gid_t(text), id != gid_t.max {
            self.init(name: text, id: id)
            return
        }
        // getgrnam is not thread-safe; no other thread runs yet at this time.
        guard !text.utf8.contains(0), let entry = getgrnam(text) else {
            throw ValueError("unknown group \"\(text)\"; create it with groupadd, or name another one of /etc/group")
        }
        self.init(name: text, id: entry.pointee.gr_gid)
    }

    private init(name: String, id: gid_t) {
        self.name = name
        self.id = id
    }
}
