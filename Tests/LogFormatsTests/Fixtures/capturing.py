"""What capture-syslog works with: a stage for clients, and what receives from them."""
import os
import pathlib
import select
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# Where the clients run: their paths are in what some of them send.
WORK = pathlib.Path(tempfile.gettempdir()) / "capture-syslog"
TARGETS = {"udp": ("127.0.0.1", 514), "tcp": ("127.0.0.1", 514), "unixgram": "/dev/log", "unix": "/dev/log"}


def stage():
    """A /dev of our own, so that /dev/log is ours, a loopback interface and a host name."""
    device = WORK / "dev"
    device.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", device], check=True)
    for node in ("null", "zero", "random", "urandom"):
        (device / node).touch()
        subprocess.run(["mount", "--bind", f"/dev/{node}", device / node], check=True)
    os.symlink("/proc/self/fd", device / "fd")
    subprocess.run(["mount", "--move", device, "/dev"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    socket.sethostname("web1")


class Receiver:
    """Receives on one of TARGETS: `received` has the datagrams, or the streams."""

    def __init__(self, kind):
        local = kind.startswith("unix")
        self.received, self.streams, self.is_stream = [], {}, kind in ("tcp", "unix")
        self.socket = socket.socket(
            socket.AF_UNIX if local else socket.AF_INET, socket.SOCK_STREAM if self.is_stream else socket.SOCK_DGRAM
        )
        if local:
            pathlib.Path(TARGETS[kind]).unlink(missing_ok=True)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, self.is_stream)
        self.socket.bind(TARGETS[kind])
        if local:
            # For clients that are not root.
            os.chmod(TARGETS[kind], 0o666)
        if self.is_stream:
            self.socket.listen()

    def receive(self):
        """Takes what comes within a moment."""
        for ready in select.select([self.socket, *self.streams], [], [], 0.02)[0]:
            if ready in self.streams:
                data = ready.recv(65536)
                self.received[self.streams[ready]] += data
                if not data:
                    del self.streams[ready]
                    ready.close()
            elif self.is_stream:
                self.streams[ready.accept()[0]] = len(self.received)
                self.received.append(b"")
            else:
                self.received.append(ready.recv(65536))

    def wait(self, count):
        """Until there are so many datagrams, or streams that have ended."""
        self.wait_for(lambda: len(self.received) >= count and not self.streams)

    def wait_for(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"something is missing in {self.received}")
            self.receive()

    def close(self):
        self.socket.close()


def capture(kind, name, parts, client):
    """Runs client() and saves what comes as NAME-PART.bin for each of the parts, or as NAME.bin."""
    receiver = Receiver(kind)
    client(receiver)
    receiver.wait(len(parts) or 1)
    receiver.close()
    if len(receiver.received) != max(len(parts), 1):
        raise SystemExit(f"{name}: more than expected: {receiver.received}")
    for part, data in zip(parts or [""], receiver.received):
        path = HERE / "syslog" / f"{name}{'-' if part else ''}{part}.bin"
        path.write_bytes(data)
        print(path.name, data)


def run(*command, text=None):
    def client(_):
        subprocess.run(command, input=text, text=True, check=True)
    return client


class running:
    """A server for the length of a with statement, ready when a file or a port is there."""

    def __init__(self, *command, ready):
        self.command, self.ready = command, ready

    def __enter__(self):
        self.process = subprocess.Popen(self.command)
        deadline = time.monotonic() + 20
        while not self.is_ready():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit(f"{self.command} does not start")
            time.sleep(0.02)

    def is_ready(self):
        if isinstance(self.ready, int):
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.ready)) == 0
        return pathlib.Path(self.ready).exists()

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def is_there(probe):
    try:
        return subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
