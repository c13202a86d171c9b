"""Django: what its loggers and yours record goes to sockserved on logs.example.com. Copy it into settings.py."""

import copy
from logging.handlers import SocketHandler


class SockservedHandler(SocketHandler):
    """Sends of a request only its method and path: the object has cookies, and settings, and may not be pickled."""

    def makePickle(self, record):
        record = copy.copy(record)
        request = record.__dict__.pop("request", None)
        if hasattr(request, "method") and hasattr(request, "path"):
            record.request_method, record.request_path = request.method, request.path
        # The program before the message in journalctl.
        record.SYSLOG_IDENTIFIER = "shop"
        return super().makePickle(record)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "sockserved": {"()": SockservedHandler, "host": "logs.example.com", "port": 9020},
    },
    "root": {"level": "INFO", "handlers": ["sockserved"]},
    # Django's own handlers write to the console and mail to ADMINS; here everything goes to the root's handler.
    "loggers": {"django": {"level": "INFO", "handlers": [], "propagate": True}},
}
