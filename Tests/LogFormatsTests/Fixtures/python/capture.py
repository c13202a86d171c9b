#!/usr/bin/env python3
"""Captures what Python's SocketHandler and DatagramHandler really send, into the directory given (default: here).

Each file is one frame: 4 bytes of length, and the pickle. Run by Python 3.6 to 3.13 and, for what it can, Python 2.7;
the file names have the protocol and what is in the record, and the version when it is not the one that runs the rest:

    python3.11 /srv/app/capture.py .       python2.7 /srv/app/capture.py . py27-

(from a copy, because its path is in every record).
"""
from __future__ import print_function, unicode_literals

import datetime
import decimal
import io
import logging
import logging.handlers
import os
import pickle
import socket
import sys
import uuid

try:
    import enum
except ImportError:
    enum = None

directory = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
prefix = sys.argv[2] if len(sys.argv) > 2 else ""


class Thing(object):
    def __init__(self):
        self.secret = "state"


class Reduced(object):
    def __reduce__(self):
        return (Reduced, ())


class Slotted(object):
    __slots__ = ("a",)

    def __getstate__(self):
        return {"a": 1}

    def __setstate__(self, state):
        pass


class Colour(enum.Enum if enum else object):
    RED = 1


class Dictionary(dict):
    pass


def protocol(handler, number):
    """The handler with another protocol: its own makePickle, but for the pickling."""
    original = pickle.dumps

    def make(record):
        def dumps(value, _=None):
            return original(value, number)
        module = logging.handlers.pickle
        logging.handlers.pickle = type(str("p"), (), {"dumps": staticmethod(dumps)})
        try:
            return type(handler).makePickle(handler, record)
        finally:
            logging.handlers.pickle = module
    handler.makePickle = make
    return handler


def over_tcp(number, emit):
    """The bytes that a real SocketHandler sends to a real socket."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    listener.settimeout(5)
    handler = logging.handlers.SocketHandler("127.0.0.1", listener.getsockname()[1])
    if number is not None:
        protocol(handler, number)
    run(handler, emit)
    connection, _ = listener.accept()
    handler.close()
    received = b""
    while True:
        part = connection.recv(65536)
        if not part:
            return received
        received += part


def over_udp(emit):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    handler = logging.handlers.DatagramHandler("127.0.0.1", receiver.getsockname()[1])
    run(handler, emit)
    handler.close()
    return receiver.recv(65536)


def run(handler, emit):
    logger = logging.getLogger("app.worker")
    logger.propagate = False
    logger.setLevel(1)
    logger.handlers = [handler]
    try:
        emit(logger)
    finally:
        logger.handlers = []


def write(name, data):
    with io.open(os.path.join(directory, prefix + name + ".bin"), "wb") as file:
        file.write(data)


def plain(log):
    log.warning("order %d of %s was refused", 4711, "M\u00fcller \U0001f600 \\ \"quoted\"\nline two")


def failure(log):
    try:
        {}["missing"]
    except KeyError:
        log.exception("it failed")


def stack(log):
    log.info("with stack", stack_info=True)


def types(log):
    log.info("all types", extra={
        "text": "t\u00e9xt", "empty": "", "integer": 42, "negative": -7, "byte": 255, "short": 65535, "wide": 1 << 31,
        "large": 2 ** 63, "below": -2 ** 63, "huge": 2 ** 100, "minus": -(2 ** 100), "enormous": 2 ** 4000, "float": 1.5,
        "tiny": 5e-324, "many": 1e16, "nan": float("nan"), "infinite": float("-inf"), "yes": True, "no": False,
        "nothing": None, "list": [1, "two", [3.5, None]], "tuple": (1, (2,), ()),
        "dict": {"a": {"b": [True, "c\n\"d\""]}, 1: "one", None: 0, (1, 2): 3}, "bytes": b"abc", "binary": b"\x00\xff",
        "array": bytearray(b"xyz"), "set": {1}, "frozen": frozenset([2]), "nested": {"set": {3}},
    })


def objects(log):
    log.info("objects", extra={
        "when": datetime.datetime(2026, 9, 1, 12, 30, tzinfo=getattr(datetime, "timezone", None) and datetime.timezone.utc),
        "day": datetime.date(2026, 9, 1), "money": decimal.Decimal("1.10"), "id": uuid.UUID(int=5), "thing": Thing(),
        "reduced": Reduced(), "slotted": Slotted(), "type": int, "function": os.getpid, "dictionary": Dictionary(a=1),
        "error": ValueError("bad"), "complex": 1 + 2j, "range": range(3), "after": "still here",
    })


def colour(log):
    log.info("an enumeration", extra={"colour": Colour.RED})


def surrogate(log):
    log.info("lone \ud800 surrogate", extra={"odd": "\udcff"})


def custom(log):
    logging.addLevelName(25, "NOTICE")
    log.log(25, "between the levels")


def object_message(log):
    log.error({"not": "a string"}, extra={"args_like": (1, 2)})


if sys.version_info[0] < 3:
    # Its handler has protocol 1 only.
    for emit in [plain, failure, types, objects]:
        write("protocol1-" + emit.__name__, over_tcp(None, emit))
    sys.exit()
for number in range(0, pickle.HIGHEST_PROTOCOL + 1):
    for emit in [plain, failure, stack, types, objects, colour, surrogate, custom, object_message]:
        write("protocol%d-%s" % (number, emit.__name__), over_tcp(number, emit))
write("socket", over_tcp(None, lambda log: (plain(log), failure(log), log.debug("last"))))
write("datagram", over_udp(plain))
