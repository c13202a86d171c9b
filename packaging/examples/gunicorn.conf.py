"""gunicorn: its errors and accesses go to sockserved on logs.example.com.

gunicorn reads this file from the working directory, or by: gunicorn --config gunicorn.conf.py shop:app
The same by syslog, without a file: gunicorn --log-syslog --log-syslog-to udp://logs.example.com:514 shop:app
"""

import logging


class Program(logging.Filter):
    """Names the program in every record; journalctl shows it before the message, and selects by it: journalctl -t."""

    def filter(self, record):
        record.SYSLOG_IDENTIFIER = "gunicorn"
        return True


logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"program": {"()": Program}},
    "handlers": {
        "sockserved": {
            "class": "logging.handlers.SocketHandler",
            "host": "logs.example.com",
            "port": 9020,
            "filters": ["program"],
        },
    },
    "root": {"level": "INFO", "handlers": ["sockserved"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["sockserved"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["sockserved"], "propagate": False},
    },
}


def post_fork(server, worker):
    """Gives each worker a connection of its own: several processes must not write to one stream."""
    for handler in logging.getLogger().handlers:
        handler.close()
