"""What clients do, good and bad, each on a thread of its own."""
import collections, random, socket, struct, threading, time  # noqa: E401
from protocols import RELP, TLS, closed, datagrams, frame

PLAIN = ["syslog", "python", "gelf", "json", "local"]
PROTOCOLS = {"local": "syslog", "udp": "syslog", "slow": "json", "few": "syslog", "chunks": "gelf", "box": "syslog",
             "late": "json", "tls": "json", "proxied": "syslog"}


class Clients:
    def __init__(self, service, tls, seed):
        self.service, self.tls, self.seed = service, tls, seed
        self.lock, self.flooding, self.stopping = threading.Lock(), threading.Lock(), threading.Event()
        # Whether a plain connection may be cut.
        self.areCut = False
        self.connections = 0
        # How many messages of a connection were confirmed; of one that is cut, how many were answered.
        self.confirmed, self.answered = {}, {}
        # Datagrams by listener.
        self.sent = collections.Counter()
        self.faults, self.done = [], collections.Counter()
        actions = [self.good] * 4 + [self.relp, self.greeted, self.reset, self.malformed, self.half, self.late, self.flood,
                                     self.storm]
        self.threads = [threading.Thread(target=self.repeat, args=(action, number), daemon=True)
                        for number, action in enumerate(actions)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def are_there(self):
        """Whether one still runs, though they are to stop."""
        return any(thread.is_alive() for thread in self.threads)

    def connect(self, name, chance, deadline=60):
        address = self.service.addresses[name]
        sock = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        sock.settimeout(deadline)
        if not isinstance(address, str):
            sock.bind((f"127.0.0.{chance.randint(1, 9)}", 0))
        sock.connect(address)
        return sock

    def begin(self, names, chance):
        """The name and protocol of a listener, and the number of a connection."""
        name = chance.choice(names)
        with self.lock:
            self.connections += 1
            return name, PROTOCOLS.get(name, name), self.connections

    def good(self, chance):
        name, protocol, number = self.begin(PLAIN + ["slow", "tls", "proxied"], chance)
        count = chance.randint(1, 200)
        padding = "x" * chance.choice([1, 10, 100, 1000])
        data = b"".join(frame(protocol, f"soak {number} {index} {padding}", chance) for index in range(count))
        header = b"PROXY TCP4 192.0.2.%d 192.0.2.1 4711 514\r\n" % chance.randint(1, 9) if name == "proxied" else b""
        try:
            sock = self.connect(name, chance)
            with self.tls.wrap(sock) if name == "tls" else sock as sock:
                data = header + data
                while data:
                    cut = chance.choice([len(data), 1000, 70000, 7])
                    sock.sendall(data[:cut])
                    data = data[cut:]
                    if chance.random() < 0.05:
                        time.sleep(chance.choice([0.001, 0.02, 0.3]))
                if (TLS.closed if name == "tls" else closed)(sock):
                    self.confirmed[number] = count
        except OSError as error:
            # No machine is so slow that a client has to wait for a minute.
            if isinstance(error, TimeoutError) or name in PLAIN and not self.areCut:
                self.faults.append(f"connection {number} to {name} was cut: {error}")
            raise

    def relp(self, chance):
        _, _, number = self.begin(["relp"], chance)
        messages = [f"<14>Oct 11 22:14:15 host soak[7]: soak {number} {index} x".encode()
                    for index in range(chance.randint(1, 200))]
        with self.connect("relp", chance) as sock:
            session = RELP(sock)
            try:
                session.send(messages)
            finally:
                self.answered[number] = session.answered

    def greeted(self, chance):
        name, expected = chance.choice([("hello", b"Hello, client!"), ("echo", b"soak")])
        with self.connect(name, chance) as sock:
            sock.sendall(b"soak")
            sock.shutdown(socket.SHUT_WR)
            # Nothing where the daemon stops before it has received anything.
            if (answer := sock.makefile("rb").read()) not in [expected, b""]:
                self.faults.append(f"a client of {name} was answered by {answer}")
            if not answer:
                raise ConnectionError

    def reset(self, chance):
        name, protocol, number = self.begin(PLAIN, chance)
        with self.connect(name, chance) as sock:
            for index in range(chance.randint(0, 50)):
                sock.sendall(frame(protocol, f"soak {number} {index} x", chance))
            sock.sendall(frame(protocol, "soak never complete" * 9, chance)[:-20])
            time.sleep(chance.choice([0, 0.01, 0.5]))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def malformed(self, chance):
        bad = [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03", b"\0\0\0\4bad.", b"\xff" * 9,
               b"{\"a\":", b"99999999999999999999 x", chance.randbytes(chance.randint(1, 3000)), b"\0\0\0\0" * 50,
               b"PROXY TCP4 x\r\n", b"1 open 9999999999 x"]
        with self.connect(chance.choice(PLAIN + ["tls", "proxied", "relp"]), chance) as sock:
            sock.sendall(chance.choice(bad) * chance.choice([1, 1, 30]))
            sock.shutdown(socket.SHUT_WR)
            sock.recv(1)

    def half(self, chance):
        socks = [self.connect(chance.choice(PLAIN), chance) for _ in range(20)]
        for sock in socks:
            sock.sendall(b"\0\3\0\0" + b"<14>half" * chance.choice([1, 1000, 5000]))
        self.stopping.wait(chance.uniform(0, 3))
        for sock in socks:
            sock.close()

    def late(self, chance):
        """A message that takes too long, and beginnings that together take too much memory: neither is confirmed."""
        name, count, size = chance.choice([("late", 1, 100), ("json", 30, 400_000)])
        socks = [self.connect(name, chance) for _ in range(count)]
        for sock in socks:
            sock.sendall(b"{\"message\":\"" + b"x" * size)
        if name == "late":
            if socks[0].recv(1) == b"":
                self.faults.append("a message that was not complete was confirmed")
        self.stopping.wait(chance.uniform(0, 1))
        for sock in socks:
            sock.close()

    def flood(self, chance):
        with self.flooding:
            name = chance.choice(["udp", "udp", "few", "box", "chunks"])
            self.send(name, chance.randint(1, 300 if name == "chunks" else 3000), chance)
        time.sleep(chance.uniform(0, 0.2))

    def send(self, name, count, chance):
        """Sends datagrams, and counts those that are a message each; for the holder of the lock.

        Sends no more when the daemon does not receive: its disk is full, and the thread that makes room there may wait for
        the lock.
        """
        address = self.service.addresses[name]
        with socket.socket(socket.AF_UNIX if name == "box" else socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(1)
            if name != "box":
                sock.bind((f"127.0.0.{chance.randint(1, 9)}", 0))
            for _ in range(count):
                if name == "chunks":
                    for part in datagrams("chunks " + "y" * chance.choice([1, 1000, 9000]), chance):
                        sock.sendto(part, address)
                else:
                    try:
                        sock.sendto(b"<14>Oct 11 22:14:15 host flood[7]: datagram", address)
                    except TimeoutError:
                        return
                    self.sent[name] += 1

    def storm(self, chance):
        for _ in range(100):
            self.connect(chance.choice(["hello", "syslog", "slow", "tls", "relp"]), chance).close()
        time.sleep(chance.uniform(0, 1))

    def repeat(self, action, number):
        chance = random.Random(f"{self.seed} {action.__name__} {number}")
        while not self.stopping.is_set():
            try:
                action(chance)
                self.done[action.__name__] += 1
            except OSError:
                # Some are reset, as they should be.
                self.done[action.__name__ + " failed"] += 1
            except Exception as error:
                self.faults.append(f"{action.__name__}: {error!r}")
                raise
