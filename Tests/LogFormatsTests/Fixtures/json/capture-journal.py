"""Writes journal entries in the export format (https://systemd.io/JOURNAL_EXPORT_FORMATS), for a journal to be made of:

python3 capture-journal.py > in.export
systemd-journal-remote --split-mode=none -o shop.journal - < in.export
journalctl --file shop.journal -o json --all > journalctl.jsonl
"""
import struct
import sys

BOOT = "7f1c5f0c2a6a4f55b9d1d4d8b7e0a6c1"


def entry(number, **fields):
    time = 1795427374000000 + number
    fields = {
        "__CURSOR": "s=0639e1b5c8d44b1f9bd0f8d8d3f4d2a1;i=%x;b=%s;m=%x;t=%x;x=1" % (number, BOOT, number, time),
        "__REALTIME_TIMESTAMP": str(time),
        "__MONOTONIC_TIMESTAMP": str(1000 + number),
        "_BOOT_ID": BOOT,
        "_HOSTNAME": "north",
    } | fields
    for name, value in fields.items():
        value = value if isinstance(value, bytes) else value.encode()
        if min(value) < 32:
            sys.stdout.buffer.write(name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n")
        else:
            sys.stdout.buffer.write(name.encode() + b"=" + value + b"\n")
    sys.stdout.buffer.write(b"\n")


entry(
    1, MESSAGE="Started cron.service.", PRIORITY="6", SYSLOG_FACILITY="3", SYSLOG_IDENTIFIER="systemd", _PID="1",
    _COMM="systemd", CODE_FILE="src/core/job.c", CODE_LINE="881", CODE_FUNC="job_emit_done_message", _TRANSPORT="journal",
)
entry(
    2, MESSAGE="two\nlines", PRIORITY="3", SYSLOG_FACILITY="1", SYSLOG_IDENTIFIER="shop", SYSLOG_PID="812", _PID="811",
    _TRANSPORT="syslog",
)
entry(3, MESSAGE=b"caf\xe9 \x1b[31m", PRIORITY="5", SYSLOG_IDENTIFIER="old", _PID="77", _TRANSPORT="stdout")
