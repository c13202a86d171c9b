#!/usr/bin/env python3
"""The server that sockserved replaces: one connection after the other, with Python's own logging to a file.

Usage: python_server.py PORT [LOGFILE]

Without LOGFILE logging is switched off: what remains is Python's part in the sockets.

The loop is the script's, unchanged. Two things are not, so that it is measured and not its settings: the backlog
(listen(5) drops connection requests as soon as more than a few clients come at once, and each then waits a second
for its retry) and SO_REUSEADDR.
"""
import logging
import socket
import sys

port = int(sys.argv[1])
if len(sys.argv) > 2:
    logging.basicConfig(filename=sys.argv[2], level=logging.DEBUG, format='%(asctime)s:%(levelname)s:%(message)s')
else:
    logging.disable()

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', port))
server.listen(4096)

while True:
    client, address = server.accept()
    logging.info(f'Connection established with {address}')
    data = client.recv(1024).decode()
    logging.debug(f'Received data: {data}')
    reply = 'Hello, client!'
    client.send(reply.encode())
    logging.debug(f'Sent data: {reply}')
    client.close()
    logging.info('Connection closed')
