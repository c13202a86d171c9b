#!/usr/bin/env python3
"""Writes what Python's SocketHandler sends: COUNT frames, each one log record, numbered from 0 in its message.

Usage: python_log_frames.py COUNT FILE

Each is one real logging call, with a real handler that writes to the file what it would send.
"""
import logging
import logging.handlers
import sys

count = int(sys.argv[1])


class FrameWriter(logging.handlers.SocketHandler):
    def __init__(self, file):
        super().__init__('localhost', None)
        self.file = file

    def send(self, frame):
        self.file.write(frame)


with open(sys.argv[2], 'wb') as file:
    logger = logging.getLogger('shop.checkout')
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(FrameWriter(file))
    for number in range(count):
        if number % 16 == 5:
            logger.warning('slow answer from %s: %d ms seq=%07d', 'payments.example.com', 1250, number)
        elif number % 16 == 11:
            logger.debug('cart %d has %d items, user %r seq=%07d', 4711, 3, 'maría', number)
        else:
            logger.info('order %s accepted, total %.2f EUR, customer %s seq=%07d', 'A-20931', 129.90, 'c-5521', number)
