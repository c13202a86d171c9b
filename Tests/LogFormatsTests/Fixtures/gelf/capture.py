#!/usr/bin/env python3
"""Captures what graypy and pygelf send.

    python3 -m venv env && env/bin/pip install graypy==2.1.0 pygelf==0.4.3 && env/bin/python capture.py FOLDER

The captured records name the path of this script: it was /opt/shop/capture.py.

NAME.N.datagram is the Nth datagram of one log call, NAME.stream all that came on one connection. The handlers are
used as their documentation shows them; only the host's name is set to one that is nobody's.
"""

import logging
import pathlib
import socket
import sys
import threading

socket.gethostname = lambda: "client.example"

import graypy  # noqa: E402  after the host's name
import pygelf  # noqa: E402

FOLDER = pathlib.Path(sys.argv[1])


def log(name, handler, calls):
    logger = logging.Logger(name)
    logger.addHandler(handler)
    calls(logger)
    handler.close()


def datagrams(name, make, calls):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.5)
        log("shop.orders", make(receiver.getsockname()[1]), calls)
        number = 0
        while True:
            try:
                datagram = receiver.recv(65536)
            except TimeoutError:
                break
            (FOLDER / f"{name}.{number}.datagram").write_bytes(datagram)
            number += 1


def stream(name, make, calls):
    received = bytearray()

    def receive(listener):
        connection, _ = listener.accept()
        with connection:
            while piece := connection.recv(65536):
                received.extend(piece)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=receive, args=(listener,))
        thread.start()
        log("shop.orders", make(listener.getsockname()[1]), calls)
        thread.join()
    (FOLDER / f"{name}.stream").write_bytes(received)


def one(logger):
    logger.warning("disk %s is nearly full", "sda1", extra={"percent": 97, "mount": "/srv", "ratio": 0.97, "dry": False})


def error(logger):
    try:
        {}["order"]
    except KeyError:
        logger.exception("cannot take the order")


def several(logger):
    one(logger)
    error(logger)
    logger.debug("größer")
    logger.critical("two\nlines\tand \x00 zero")
    logger.info("from here", stack_info=True)
    logger.log(25, "a level of our own")


def several_of_pygelf(logger):
    one(logger)
    error(logger)
    logger.debug("größer")
    logger.critical("two\nlines\tand \x00 zero")


def long(logger):
    # Compresses badly, so that it takes several chunks.
    text = " ".join(f"{(number * 2654435761) % 4294967296:08x}" for number in range(700))
    logger.info(text)


datagrams("graypy-udp", lambda port: graypy.GELFUDPHandler("127.0.0.1", port), one)
datagrams("graypy-udp-traceback", lambda port: graypy.GELFUDPHandler("127.0.0.1", port), error)
datagrams("graypy-udp-plain", lambda port: graypy.GELFUDPHandler("127.0.0.1", port, compress=False), one)
datagrams("graypy-udp-chunked", lambda port: graypy.GELFUDPHandler("127.0.0.1", port), long)
stream("graypy-tcp", lambda port: graypy.GELFTCPHandler("127.0.0.1", port), several)
stream(
    "graypy-tcp-facility",
    lambda port: graypy.GELFTCPHandler("127.0.0.1", port, facility="shop", level_names=True),
    one,
)
datagrams("pygelf-udp", lambda port: pygelf.GelfUdpHandler("127.0.0.1", port), one)
datagrams("pygelf-udp-chunked", lambda port: pygelf.GelfUdpHandler("127.0.0.1", port, debug=True), long)
stream(
    "pygelf-tcp",
    lambda port: pygelf.GelfTcpHandler("127.0.0.1", port, debug=True, include_extra_fields=True, _app_name="shop"),
    several_of_pygelf,
)
