#!/usr/bin/env python3
"""The receiver that Python's logging cookbook gives for SocketHandler, writing to a file.

Usage: python_log_listener.py PORT LOGFILE

The handler and the server are the cookbook's. Three things are not, so that it is measured and not its mishaps: it
reads on when less than the four bytes of a length have come (the cookbook takes that for the end of the stream), the
backlog is wider, and it runs until it is killed. The format is that of sockserved's lines.
"""
import logging
import pickle
import socketserver
import struct
import sys


class LogRecordStreamHandler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            chunk = self.connection.recv(4)
            while 0 < len(chunk) < 4:
                rest = self.connection.recv(4 - len(chunk))
                if not rest:
                    break
                chunk = chunk + rest
            if len(chunk) < 4:
                break
            slen = struct.unpack('>L', chunk)[0]
            chunk = self.connection.recv(slen)
            while len(chunk) < slen:
                chunk = chunk + self.connection.recv(slen - len(chunk))
            obj = self.unPickle(chunk)
            record = logging.makeLogRecord(obj)
            self.handleLogRecord(record)

    def unPickle(self, data):
        return pickle.loads(data)

    def handleLogRecord(self, record):
        if self.server.logname is not None:
            name = self.server.logname
        else:
            name = record.name
        logger = logging.getLogger(name)
        logger.handle(record)


class LogRecordSocketReceiver(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    logname = None


logging.basicConfig(filename=sys.argv[2], level=logging.DEBUG, format='%(asctime)s:%(levelname)s:%(message)s')
LogRecordSocketReceiver(('127.0.0.1', int(sys.argv[1])), LogRecordStreamHandler).serve_forever()
