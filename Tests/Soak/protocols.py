"""What senders of each protocol send, and how it confirms what has come."""
import gzip, json, pickle, re, socket, ssl, struct, zlib  # noqa: E401


def frame(protocol, text, chance):
    """A message on a stream."""
    if protocol == "python":
        data = pickle.dumps({"msg": text, "levelno": 20, "name": "soak"}, chance.choice([1, 2, 4]))
        return struct.pack(">L", len(data)) + data
    if protocol == "gelf":
        return json.dumps({"version": "1.1", "host": "h", "short_message": text, "level": 6}).encode() + b"\0"
    if protocol == "json":
        return json.dumps({"level": "info", "message": text}).encode() + b"\n"
    data = f"<14>Oct 11 22:14:15 host soak[7]: {text}".encode()
    return f"{len(data)} ".encode() + data if chance.random() < 0.3 else data + b"\n"


def datagrams(text, chance):
    """A GELF message in one datagram or in chunks, of which one may be missing, in any order."""
    data = frame("gelf", text, chance)[:-1]
    data = chance.choice([bytes, zlib.compress, gzip.compress])(data)
    if chance.random() < 0.5:
        return [data]
    size = chance.choice([100, 1000])
    parts = [data[start:start + size] for start in range(0, len(data), size)][:128]
    chunk_id = chance.randbytes(8)
    chunks = [b"\x1e\x0f" + chunk_id + bytes([number, len(parts)]) + part for number, part in enumerate(parts)]
    chance.shuffle(chunks)
    return chunks[chance.randint(0, 1):]


def closed(sock):
    """Whether the end of a stream, as the answer to the client's own, says that all is recorded."""
    sock.shutdown(socket.SHUT_WR)
    return sock.recv(1) == b""


class TLS:
    def __init__(self, root):
        self.context = ssl.create_default_context(cafile=str(root / "server.pem"))
        self.context.check_hostname = False
        # Debian 12's Python takes the end of the stream for close_notify otherwise.
        self.context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)

    def wrap(self, sock):
        return self.context.wrap_socket(sock)

    @staticmethod
    def closed(sock):
        sock.unwrap()
        return True


class RELP:
    """A client of relp, which gets an answer for each message that is recorded."""

    def __init__(self, sock):
        self.sock, self.buffer, self.number, self.answered = sock, b"", 1, 0
        self.command("open", b"relp_version=0\nrelp_software=soak\ncommands=syslog")
        self.answer()

    def command(self, name, data=b""):
        self.sock.sendall(f"{self.number} {name} {len(data)}".encode() + (b" " + data if data else b"") + b"\n")
        self.number += 1

    def answer(self):
        """Waits for one answer, and expects that all is well."""
        while True:
            head = re.match(rb"(\d+) (\w+) (\d+)[ \n]", self.buffer)
            if head and len(self.buffer) >= head.end() + int(head[3]):
                data = self.buffer[head.end():head.end() + int(head[3])]
                self.buffer = self.buffer[head.end() + int(head[3]):].lstrip(b"\n")
                if head[2] != b"rsp" or data and not data.startswith(b"200"):
                    raise ConnectionError(f"{head[2]} {data[:20]}")
                return
            if not (data := self.sock.recv(65536)):
                raise ConnectionError("the session ended")
            self.buffer += data

    def send(self, messages):
        """Sends messages, with some that are not answered at a time; counts those that are."""
        sent = 0
        while self.answered < len(messages):
            while sent < len(messages) and sent - self.answered < 50:
                self.command("syslog", messages[sent])
                sent += 1
            self.answer()
            self.answered += 1
        self.command("close")
        self.answer()
