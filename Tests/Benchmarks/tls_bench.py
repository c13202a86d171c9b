#!/usr/bin/env python3
"""Measures what TLS costs a server: sockserved and rsyslog's imtcp with its ossl driver, each beside itself without TLS.

tls_bench.py DAEMON [--connections N] [--megabytes N] [--rounds N]

Columns: CPU time of the server process with all its threads, user and system, for one connection that sends one message;
for a megabyte of messages of 200 bytes, written in blocks of 64 KiB; and for a megabyte with one message in each write, so
that each is a TLS record. Ratios are those of rsyslog with TLS, and of the same server without TLS.

All servers run from beginning to end and are measured in turns, after one round to warm up, on one connection at a time;
figures are medians over the rounds, ratios are medians of each round's ratio. TLS 1.3, a P-256 certificate, no certificates
of clients. A run ends when the file has all messages.
"""
import argparse
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = 200
MARK = b"payload"
MEASURES = ("connection", "MB in blocks", "MB by message")


class Server:
    """A server that is measured: a row of the table."""

    def __init__(self, name, command, port, log, context):
        self.name, self.port, self.log, self.context = name, port, log, context
        self.samples = {measure: [] for measure in MEASURES}
        log.touch()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"tls_bench.py: {name} does not serve: {' '.join(command)}")
                time.sleep(0.05)

    def cpu(self):
        """CPU time so far in microseconds: the clock of the process, see clock_getcpuclockid(3)."""
        return time.clock_gettime((~self.process.pid << 3) | 2) * 1e6

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        return self.context.wrap_socket(plain, server_hostname="localhost") if self.context else plain

    def finish(self, sock):
        """Ends the client's side, and does not wait for the server's."""
        if not self.context:
            return sock.shutdown(socket.SHUT_WR)
        sock.setblocking(False)
        try:
            sock.unwrap()
        except (ssl.SSLWantReadError, OSError):
            pass

    def run(self, connections, size, block):
        """Sends messages of `size` bytes together on each of some connections; returns the CPU time."""
        lines = size // LINE
        data = message() * lines
        end = self.log.stat().st_size
        start = self.cpu()
        socks = []
        for _ in range(connections):
            sock = self.connect()
            for index in range(0, len(data), block):
                sock.sendall(data[index : index + block])
            self.finish(sock)
            socks.append(sock)
        self.wait(end, connections * lines)
        for sock in socks:
            sock.close()
        time.sleep(0.1)
        return self.cpu() - start

    def wait(self, start, count):
        """Waits until the log has so many more messages than at an earlier size."""
        deadline, found, tail = time.monotonic() + 60, 0, b""
        with open(self.log, "rb") as file:
            file.seek(start)
            while found < count:
                if chunk := file.read(1 << 20):
                    found += (tail + chunk).count(MARK)
                    tail = chunk[1 - len(MARK) :]
                elif time.monotonic() > deadline:
                    sys.exit(f"tls_bench.py: {self.name} has written {found} of {count} messages")
                else:
                    time.sleep(0.005)


def message():
    head = b"<14>1 2026-11-26T01:02:03.000004Z web1 app 7 - - " + MARK + b" "
    return head.ljust(LINE - 1, b"x") + b"\n"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def sockserved(daemon, folder, name, context):
    port, log = free_port(), folder / f"{name}.log"
    tls = f"tls = true\ntls_certificate = '{folder}/server.pem'\ntls_key = '{folder}/server.key'\n" if context else ""
    listener = f"[[listener]]\nname = 'a'\nprotocol = 'syslog'\naddress = 'tcp:127.0.0.1:{port}'\n{tls}"
    (folder / f"{name}.toml").write_text(f"log_backend = 'file'\nlog_file = '{log}'\nlog_sync = 'none'\n{listener}")
    return Server(name, [daemon, "--config", str(folder / f"{name}.toml")], port, log, context)


def rsyslog(folder, name, context):
    """rsyslog with its input and a file; None where the driver is missing."""
    own = [path for path in Path("/usr/lib").glob("*/rsyslog")]
    modules = own + [ROOT / ".build/log-programs" / str(path).lstrip("/") for path in own]
    program = Path("/usr/sbin/rsyslogd")
    if not program.exists() or context and not any((path / "lmnsd_ossl.so").exists() for path in modules):
        print(f"{name} is left out: rsyslog or its ossl driver is missing; run make deps-test")
        return None
    port, log = free_port(), folder / f"{name}.log"
    driver = 'streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon"' if context else ""
    files = " ".join(
        f'defaultNetstreamDriver{key}File="{folder}/{file}"'
        for key, file in (("CA", "ca.pem"), ("Cert", "server.pem"), ("Key", "server.key"))
    )
    (folder / f"{name}.conf").write_text(
        f'global(workDirectory="{folder}" internalmsg.severity="warn" {files})\n'
        f'module(load="imtcp" maxSessions="20000" {driver})\n'
        f'input(type="imtcp" address="127.0.0.1" port="{port}")\naction(type="omfile" file="{log}")\n'
    )
    paths = ":".join(str(path) for path in modules if path.exists())
    command = [str(program), "-n", "-M", paths, "-f", str(folder / f"{name}.conf"), "-i", str(folder / f"{name}.pid")]
    return Server(name, command, port, log, context)


def median_ratio(server, other, measure):
    if other is None:
        return "-"
    return f"{statistics.median(a / b for a, b in zip(server.samples[measure], other.samples[measure])):.2f}"


def report(servers):
    by_name = {server.name: server for server in servers}
    rows = [["server"] + [text for measure in MEASURES for text in (f"us/{measure}", "x rsyslog-tls", "x plain")]]
    for server in servers:
        row = [server.name]
        for measure in MEASURES:
            plain = by_name.get(server.name.removesuffix("-tls"))
            row.append(f"{statistics.median(server.samples[measure]):.0f}")
            row.append(median_ratio(server, by_name.get("rsyslog-tls"), measure))
            row.append(median_ratio(server, plain, measure))
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(width) if column == 0 else text.rjust(width)
                        for column, (text, width) in enumerate(zip(row, widths))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("daemon")
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tls-bench.") as name:
        folder = Path(name)
        subprocess.run([ROOT / "Tests/TestSupport/make-certificates", folder], check=True)
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        servers = []
        try:
            servers.append(sockserved(options.daemon, folder, "sockserved-tls", context))
            servers.append(sockserved(options.daemon, folder, "sockserved", None))
            servers += [server for server in (rsyslog(folder, "rsyslog-tls", context),
                                              rsyslog(folder, "rsyslog", None)) if server]
            size = options.megabytes * 1_000_000
            for round in range(options.rounds + 1):
                for server in servers:
                    values = (
                        server.run(options.connections, LINE, LINE) / options.connections,
                        server.run(1, size, 65536) / options.megabytes,
                        server.run(1, size // 5, LINE) / (options.megabytes / 5),
                    )
                    if round > 0:
                        for measure, value in zip(MEASURES, values):
                            server.samples[measure].append(value)
            print(f"{os.cpu_count()} processors; {options.rounds} rounds of {options.connections} connections, "
                  f"{options.megabytes} MB and {options.megabytes // 5} MB")
            report(servers)
        finally:
            for server in servers:
                server.process.kill()
                server.process.wait()


main()
