"""Writes what the JSON formatters of Python's logging libraries write, one file a library.

Needs, in an environment /srv/shop/venv: structlog 26.1, python-json-logger 4.2, loguru 0.7, ecs-logging 2.3,
google-cloud-logging 3.17. Copied to /srv/shop/shop.py, and run in this folder with /srv/shop/venv/bin/python -B.
The suite JSONCapturedTests reads the files.
"""

import io
import json
import logging
import os

import ecs_logging
import google.cloud.logging_v2.handlers
import loguru
import pythonjsonlogger.json
import structlog


class Keep(logging.StreamHandler):
    def __init__(self, formatter):
        super().__init__(io.StringIO())
        self.setFormatter(formatter)


def write(name, text):
    with open(name + ".jsonl", "w", encoding="utf-8") as file:
        file.write(text)


def talk(logger):
    """The same words to each logger of the standard library's kind."""
    logger.info("user %s logged in from %s", "jürgen", "192.0.2.7", extra={"user_id": 42, "ratio": 0.5, "tags": ["a", "b"]})
    logger.warning("disk almost full\nsecond line")
    logger.debug("cache miss", extra={"nothing": None, "yes": True})
    try:
        {}["missing"]
    except KeyError:
        logger.exception("lookup failed", stack_info=True)
    logger.critical("emoji \U0001f600 and \u2028 and \x1b[31m")


def standard(name, formatter):
    handler = Keep(formatter)
    logger = logging.getLogger("shop.orders")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    talk(logger)
    write(name, handler.stream.getvalue())


standard("python-json-logger", pythonjsonlogger.json.JsonFormatter())
standard(
    "python-json-logger-full",
    pythonjsonlogger.json.JsonFormatter(
        "%(asctime)s %(created)f %(name)s %(levelname)s %(levelno)d %(message)s %(pathname)s %(filename)s %(lineno)d "
        "%(funcName)s %(process)d %(processName)s %(thread)d %(threadName)s",
        timestamp=True,
    ),
)
standard("ecs-logging", ecs_logging.StdlibFormatter())

out = io.StringIO()
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.CallsiteParameterAdder(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.PrintLoggerFactory(out),
)
log = structlog.get_logger().bind(request_id="8f1c")
log.info("user_logged_in", user="jürgen", attempts=3)
log.warning("slow query", seconds=1.25)
try:
    1 / 0
except ZeroDivisionError:
    log.exception("it failed")
write("structlog", out.getvalue())

out = io.StringIO()
loguru.logger.remove()
loguru.logger.add(out, serialize=True)
loguru.logger.bind(order=7).info("order {} placed", 7)
loguru.logger.success("done")
try:
    int("x")
except ValueError:
    loguru.logger.exception("no number")
write("loguru", out.getvalue())

os.environ["GOOGLE_CLOUD_PROJECT"] = "example"
out = io.StringIO()
handler = google.cloud.logging_v2.handlers.StructuredLogHandler(project_id="example", stream=out)
logger = logging.getLogger("shop.cloud")
logger.handlers = [handler]
logger.propagate = False
logger.setLevel(logging.DEBUG)
logger.info("order placed", extra={"json_fields": {"order": 7}, "labels": {"shop": "north"}})
try:
    int("x")
except ValueError:
    logger.exception("no number")
write("google-cloud-logging", out.getvalue())
