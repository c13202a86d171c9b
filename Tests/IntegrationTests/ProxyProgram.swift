import Foundation
import TestSupport
import Testing

/// HAProxy or nginx, which passes connections on; killed when the last reference goes.
final class ProxyProgram {
    /// How the proxy announces its clients.
    enum Kind: String, CaseIterable {
        case haproxyV1
        case haproxyV2
        case nginx
        /// It does not announce them: they have its address.
        case haproxyAlone
        /// It ends their TLS, and tells of that.
        case haproxyTLS

        /// The proxies that are here, announce their clients, and pass on what they send as it is.
        static var announcing: [Self] {
            [.haproxyV1, .haproxyV2, .nginx].filter { $0.program != nil }
        }

        var program: ExampleProgram? { self == .nginx ? .nginx : .haproxy }
    }

    /// Where clients connect, in the daemon's text form.
    let address: String
    private let process = Process()

    /// Starts the proxy in front of a port of this host.
    init(_ kind: Kind, to port: Int, in directory: TemporaryDirectory) throws {
        let own = try TestSocket(at: "tcp:127.0.0.1:0").name
        address = "tcp:\(own)"
        let program = try #require(kind.program)
        let text = kind == .nginx ? Self.nginx(program, own, port) : try Self.haproxy(kind, own, port, directory)
        let file = directory.path("\(kind.rawValue).conf")
        try Data(text.replacing("@DIR@", with: directory.path).utf8).write(to: URL(filePath: file))
        process.executableURL = URL(filePath: program.path)
        process.arguments =
            kind == .nginx
            ? ["-p", directory.path, "-c", file, "-e", directory.path("nginx.log")] : ["-db", "-f", file]
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(program.environment) { $1 }
        process.currentDirectoryURL = directory.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: Self.create("\(kind.rawValue).err", in: directory))
        try process.run()
        let isThere = eventually { (try? TestSocket(to: address)) != nil || !process.isRunning }
        try #require(isThere && process.isRunning, "\(kind): \(directory.text("\(kind.rawValue).err"))")
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private static func create(_ name: String, in directory: TemporaryDirectory) -> URL {
        _ = FileManager.default.createFile(atPath: directory.path(name), contents: nil)
        return directory.url.appending(path: name)
    }

    private static func haproxy(
        _ kind: Kind,
        _ own: String,
        _ port: Int,
        _ directory: TemporaryDirectory
    ) throws -> String {
        let options =
            switch kind {
            case .haproxyV1: "send-proxy"
            case .haproxyV2: "send-proxy-v2 proxy-v2-options crc32c"
            case .haproxyTLS:
                "send-proxy-v2 proxy-v2-options "
                    + "crc32c,ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,unique-id"
            case .nginx, .haproxyAlone: ""
            }
        var bind = own
        if kind == .haproxyTLS {
            let certificates = try Certificates.shared.get()
            let parts = [certificates.certificate("server"), certificates.key("server")]
            let both = try parts.map { try Data(contentsOf: URL(filePath: $0)) }.reduce(Data(), +)
            try both.write(to: directory.url.appending(path: "server.pem"))
            bind += " ssl crt @DIR@/server.pem ca-file \(certificates.certificate("ca")) verify required"
        }
        return """
            defaults
                mode tcp
                timeout connect 5s
                timeout client 30s
                timeout server 30s
            listen test
                bind \(bind)
                unique-id-format %ci:%cp-%Ts-%rt
                server daemon 127.0.0.1:\(port) \(options) check inter 100

            """
    }

    private static func nginx(_ program: ExampleProgram, _ own: String, _ port: Int) -> String {
        let module = "\(program.root ?? "")/usr/lib/nginx/modules/ngx_stream_module.so"
        return """
            load_module \(module);
            daemon off;
            master_process off;
            pid @DIR@/nginx.pid;
            error_log @DIR@/nginx.log;
            events {}
            stream { server { listen \(own); proxy_pass 127.0.0.1:\(port); proxy_protocol on; } }

            """
    }
}
