package import Glibc

/// Reads the kernel's text files and the `name : value` lines that many of them consist of.
package enum Proc {
    package static func text(_ path: String) throws(BenchError) -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    package static func bytes(_ path: String) throws(BenchError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchError("open \(path)", code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw BenchError("read \(path)", code: errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    package static func value(of name: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
        }
        return nil
    }

    /// The process that runs a program; nil where there is none.
    package static func process(of program: String) -> pid_t? {
        guard let wanted = realpath(program, nil) else { return nil }
        defer { free(wanted) }
        guard let directory = opendir("/proc") else { return nil }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let id = pid_t(name), let path = realpath("/proc/\(name)/exe", nil) else { continue }
            defer { free(path) }
            if strcmp(path, wanted) == 0 { return id }
        }
        return nil
    }

    /// What the figures depend on: processor, number of cores, kernel, load from others.
    package static func machine() -> String {
        let processor = (try? text("/proc/cpuinfo")).flatMap { value(of: "model name", in: $0) } ?? "unknown processor"
        let kernel = (try? text("/proc/sys/kernel/osrelease"))?.split(separator: "\n").first ?? "unknown"
        let load = (try? text("/proc/loadavg"))?.split(separator: " ").first ?? "unknown"
        return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, \(processor), Linux \(kernel), load \(load) before"
    }
}
