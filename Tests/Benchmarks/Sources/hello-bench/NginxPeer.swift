import Glibc

/// nginx, installed or where `make deps-test` has unpacked it, as a server of hello.
enum NginxPeer {
    private static let module = "usr/lib/nginx/modules/ngx_stream_module.so"

    /// The command; nil where there is no nginx.
    ///
    /// One process without a log. `ssl_preread` makes it receive what the client sends before it answers; without that
    /// its end of the connection would be a reset.
    static func command(folder: String, checkout: String) -> [String]? {
        let roots = ["", "\(checkout)/.build/log-programs"]
        let root = roots.first {
            access("\($0)/usr/sbin/nginx", X_OK) == 0 && access("\($0)/\(module)", R_OK) == 0
        }
        guard let root else { return nil }
        let configuration = """
            load_module \(root)/\(module);
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            events { worker_connections 4096; multi_accept on; }
            stream {
                tcp_nodelay off;
                server {
                    listen 127.0.0.1:{port} backlog=4096;
                    ssl_preread on;
                    return "Hello, client!";
                }
            }
            """
        let file = "\(folder)/nginx.conf"
        // The port is known when the command is run.
        let start = "exec \(root)/usr/sbin/nginx -p \(folder) -e \(folder)/nginx.err -c \(file)"
        return ["sh", "-c", "printf '%s' \"$0\" >\(file); \(start)", configuration]
    }
}
