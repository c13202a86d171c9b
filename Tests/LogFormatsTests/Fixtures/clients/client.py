"""Logs with Python's SysLogHandler: client.py udp|tcp|unixgram|unix WHAT..."""
import logging
import logging.handlers
import socket
import sys

kind = sys.argv[1]
target = "/dev/log" if kind.startswith("unix") else ("127.0.0.1", 514)
stream = kind in ("tcp", "unix")


def new_logger(what):
    handler = logging.handlers.SysLogHandler(
        target, facility="local5", socktype=socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
    )
    if what == "ident":
        handler.ident = "billing: "
    if what == "pid":
        handler.setFormatter(logging.Formatter("billing[%(process)d]: %(levelname)s %(message)s"))
    if what == "nonul":
        handler.append_nul = False
    logger = logging.Logger("shop.billing")
    logger.addHandler(handler)
    return logger, handler


def fail():
    return {}["4242"]


for what in sys.argv[2:]:
    logger, handler = new_logger(what)
    if what == "traceback":
        try:
            fail()
        except KeyError:
            logger.exception("no card %s", 4242)
    elif what == "nonascii":
        logger.info("Grüße, 世界 🎉")
    elif what == "several":
        logger.debug("first")
        logger.critical("second\nhas two lines")
        logger.info("third")
    else:
        logger.warning("disk %d%% full", 91)
    handler.close()
