"""Logs with rfc5424-logging-handler: rfc5424.py udp|newline|counted"""
import logging
import socket
import sys

from rfc5424logging import Rfc5424SysLogHandler

how = sys.argv[1]
handler = Rfc5424SysLogHandler(
    address=("127.0.0.1", 514),
    socktype=socket.SOCK_DGRAM if how == "udp" else socket.SOCK_STREAM,
    framing=2 if how == "newline" else 1,
    msg_as_utf8=True,
    hostname="web1",
    appname="billing",
    procid="4711",
    enterprise_id=32473,
)
logger = logging.Logger("shop.billing")
logger.addHandler(handler)
data = {"order@32473": {"id": "A-17", "note": 'says "no" ]\\'}}
logger.warning("card %s declined", "4242", extra={"structured_data": data, "msgid": "DECLINE"})
logger.info("Grüße")
handler.close()
