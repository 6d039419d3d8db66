"""Numbers out of a pickle, and nothing else.

A pickle is a program. Here it may build numbers, text, lists and tuples; the few names that numpy's
arrays need stand for records of a call, which nobody carries out: the arrays are made afterwards,
by `_Reader`, from what was recorded. No other name is looked up, so nothing can be executed.
"""

import io
import math
import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.errors import UserError

MOST_BYTES = 256 * 2**20
MOST_NUMBERS = 10_000_000
DEEPEST = 8

Numbers = int | float | list["Numbers"]
"""A number, or nested lists of numbers. Tuples and arrays come out as lists."""

_INSTRUCTIONS = (
    "PROTO FRAME STOP MARK EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 "
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT NONE NEWTRUE NEWFALSE "
    "STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE "
    "BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8 "
    "PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET GLOBAL STACK_GLOBAL REDUCE BUILD"
)
_OPCODES = frozenset(_INSTRUCTIONS.split())
_NAMES = {
    (f"numpy{core}.{module}", name)
    for core in (".core", "._core")
    for module, name in (("multiarray", "_reconstruct"), ("multiarray", "scalar"), ("numeric", "_frombuffer"))
} | {("numpy", "ndarray"), ("numpy", "dtype"), ("_codecs", "encode")}
_TYPES = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}


def load_numbers(path: Path) -> Numbers:
    """The numbers pickled at *path*. Anything but numbers, lists, tuples, arrays is refused in a sentence."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(
                f"{path} is larger than {MOST_BYTES >> 20} MiB, the most that is read of a pickle"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    try:
        _inspect(data)
        return _Reader().read(_Recorder(io.BytesIO(data), encoding="latin1").load())
    except _Refused as refusal:
        raise UserError(f"{path}: {refusal}; only numbers, lists and numpy arrays are read") from None
    except Exception as error:  # a damaged pickle can raise anything, as the library's documentation says
        raise UserError(f"{path} is no pickle, or it is truncated or damaged") from error


class _Refused(Exception):
    """Why a pickle is not read."""


def _inspect(data: bytes) -> None:
    """Refuse instructions that build objects, and memo numbers that would allocate without bound."""
    for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
        if opcode.name not in _OPCODES:
            raise _Refused(f"holds the pickle instruction {opcode.name}, which builds more than numbers")
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(str(argument)) > count:
            raise _Refused("holds a memo number that no honest pickle has")


class _Name(str):
    """One of the names above; calling it only writes the call down. Immutable: it has no attributes."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> "_Call":
        return _Call(self, arguments)


class _Call:
    """What the pickle would have called, with what, and the state it would then have set."""

    __slots__ = ("arguments", "name", "state")

    def __init__(self, name: str, arguments: tuple[Any, ...]):
        self.name, self.arguments = name, arguments
        self.state: Any = ()

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Recorder(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _NAMES:
            raise _Refused(f"wants to use {module}.{name}, which could run code, and was not opened")
        return _Name(name)


class _Reader:
    """Turns what was recorded into plain numbers, counting them: shared parts can multiply."""

    def __init__(self) -> None:
        self.left = MOST_NUMBERS

    def read(self, value: Any, depth: int = 0) -> Numbers:
        """*value* as numbers and lists."""
        self._spend(1)
        if isinstance(value, int | float):
            return value
        if depth >= DEEPEST:
            raise _Refused(f"is nested deeper than {DEEPEST} levels")
        if isinstance(value, list | tuple):
            return [self.read(item, depth + 1) for item in value]
        if isinstance(value, _Call):
            return self._array(value, depth)
        raise _Refused(f"holds {'text' if isinstance(value, str) else type(value).__name__}")

    def _spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise _Refused(f"unfolds to more than {MOST_NUMBERS} numbers")

    def _array(self, call: _Call, depth: int) -> Numbers:
        kind: Any
        shape: Any
        order: Any
        if call.name == "scalar":
            kind, data, shape, order = *call.arguments, (), "C"
        elif call.name == "_frombuffer":
            data, kind, shape, order = call.arguments
        elif call.name == "_reconstruct":
            _, shape, kind, columns_first, data = call.state
            order = "F" if columns_first else "C"
        else:
            raise _Refused(f"holds a bare {call.name}")
        if _code(kind) == "O8":
            return self._objects(data, shape, depth)
        array = np.frombuffer(_bytes(data), _dtype(kind)).reshape(shape, order=order)
        self._spend(math.prod(max(extent, 1) for extent in array.shape))
        numbers: Numbers = array.tolist()
        return numbers

    def _objects(self, items: Any, shape: Any, depth: int) -> Numbers:
        if not isinstance(items, list) or shape != (len(items),):
            raise _Refused("holds an array of objects that is no list of lists")
        return [self.read(item, depth + 1) for item in items]


def _code(kind: Any) -> str:
    return str(kind.arguments[0]) if isinstance(kind, _Call) and kind.name == "dtype" else ""


def _dtype(kind: Any) -> np.dtype[Any]:
    order = kind.state[1] if kind.state else "|"
    if _code(kind) not in _TYPES or order not in ("<", ">", "|", "="):
        raise _Refused("holds an array of something else than numbers")
    dtype: np.dtype[Any] = np.dtype(order + _code(kind))
    return dtype


def _bytes(data: Any) -> bytes:
    if isinstance(data, _Call) and data.name == "encode":  # protocol 2 writes bytes as encoded text
        data = data.arguments[0]
    return data.encode("latin1") if isinstance(data, str) else bytes(memoryview(data))
