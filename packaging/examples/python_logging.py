"""Python's logging, set up by dictConfig: records go to sockserved on logs.example.com.

Run it to try it: python3 python_logging.py
"""

import logging
import logging.config


class Program(logging.Filter):
    """Names the program in every record; journalctl shows it before the message, and selects by it: journalctl -t."""

    def filter(self, record):
        record.SYSLOG_IDENTIFIER = "shop"
        return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"program": {"()": Program}},
    "formatters": {
        # The tag before the colon is the program, as in syslog.
        "syslog": {"format": "shop[%(process)d]: %(name)s: %(message)s"},
    },
    "handlers": {
        # All that a record has arrives as fields: logger, file, line, traceback, and the names in "extra".
        # On the same host also "host": "/run/sockserved-python.sock", "port": None.
        "sockserved": {
            "class": "logging.handlers.SocketHandler",
            "host": "logs.example.com",
            "port": 9020,
            "filters": ["program"],
        },
        # Text only, for networks where only syslog may pass.
        "syslog": {
            "class": "logging.handlers.SysLogHandler",
            "address": ("logs.example.com", 514),
            "facility": "local0",
            "formatter": "syslog",
        },
    },
    "root": {"level": "INFO", "handlers": ["sockserved"]},
    "loggers": {"shop.audit": {"handlers": ["syslog"], "propagate": False}},
}

if __name__ == "__main__":
    logging.config.dictConfig(LOGGING)
    log = logging.getLogger("shop.billing")
    # In the journal these are the fields ORDER_ID=A-17 and AMOUNT=12.5.
    log.warning("card declined", extra={"order_id": "A-17", "amount": 12.5})
    try:
        {}["4242"]
    except KeyError:
        log.exception("no card %s", 4242)
    logging.getLogger("shop.audit").error("refund without an order")
    logging.shutdown()
