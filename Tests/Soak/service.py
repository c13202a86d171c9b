"""The daemon as systemd runs it: with sockets that outlive it, and a store for one descriptor of it."""
import array, contextlib, os, pathlib, select, signal, socket, subprocess, sys, threading, time  # noqa: E401

# The sockets go to 3 and up, and LISTEN_PID is the number of the process.
LAUNCH = """
import fcntl, os, sys
fds = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 500) for fd in sys.argv[1].split(",")]
for number, fd in enumerate(fds):
    os.dup2(fd, 3 + number)
os.closerange(3 + len(fds), 1000)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


class Service:
    def __init__(self, program, root, listeners):
        """listeners: names with tcp, udp, unix or unixgram each."""
        self.program, self.root = program, root
        self.names, self.sockets, self.addresses = list(listeners), [], {}
        for name, kind in listeners.items():
            stream = socket.SOCK_STREAM if kind in ("tcp", "unix") else socket.SOCK_DGRAM
            sock = socket.socket(socket.AF_INET if kind in ("tcp", "udp") else socket.AF_UNIX, stream)
            if stream == socket.SOCK_DGRAM:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.bind(("127.0.0.1", 0) if kind in ("tcp", "udp") else str(root / name))
            if stream == socket.SOCK_STREAM:
                sock.listen(4096)
            self.sockets.append(sock)
            self.addresses[name] = sock.getsockname()
        self.kept, self.lock, self.ready = [], threading.Lock(), threading.Event()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(root / "notify"))
        threading.Thread(target=self.receive, daemon=True).start()
        self.errors = open(root / "errors", "wb")
        self.process = None

    def receive(self):
        """Takes the daemon's notices to systemd; see sd_notify(3)."""
        while True:
            data, controls, _, _ = self.manager.recvmsg(4096, socket.CMSG_SPACE(253 * 4), socket.MSG_CMSG_CLOEXEC)
            fds = array.array("i")
            for _, _, content in controls:
                fds.frombytes(content)
            lines = data.decode(errors="replace").split("\n")
            with self.lock:
                if "FDSTOREREMOVE=1" in lines:
                    for fd in self.kept:
                        os.close(fd)
                    self.kept = []
                for fd in fds:
                    if "FDSTORE=1" in lines and not self.kept:
                        self.kept.append(fd)
                    else:
                        os.close(fd)
            if "READY=1" in lines:
                self.ready.set()

    def start(self, config):
        with self.lock:
            fds = [sock.fileno() for sock in self.sockets] + self.kept
            names = self.names + ["sockserved-connections"] * len(self.kept)
        env = {"PATH": os.environ["PATH"], "NOTIFY_SOCKET": str(self.root / "notify"), "LISTEN_FDS": str(len(fds)),
               "LISTEN_FDNAMES": ":".join(names), "SWIFT_BACKTRACE": "enable=no"}
        self.ready.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, ",".join(map(str, fds)), self.program, "--config", str(config)],
            pass_fds=fds, env=env, cwd=self.root, stderr=self.errors, stdout=subprocess.DEVNULL)
        assert self.ready.wait(30) and self.process.poll() is None, "the daemon does not start"

    def await_closed(self, path):
        """Waits until the daemon has closed a file."""
        fds = pathlib.Path(f"/proc/{self.process.pid}/fd")
        for _ in range(2000):
            links = []
            for fd in fds.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    links.append(os.readlink(fd))
            if str(path) not in links:
                return
            time.sleep(0.01)
        raise AssertionError(f"{path} stays open")

    def end(self, number=signal.SIGTERM):
        """Ends the daemon by a signal, and returns its status."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def read_all(self):
        """Waits until no datagram waits in a socket."""
        datagrams = [sock for sock in self.sockets if sock.type == socket.SOCK_DGRAM]
        for _ in range(2000):
            if not select.select(datagrams, [], [], 0)[0]:
                return
            time.sleep(0.01)
        raise AssertionError("datagrams are not received")
