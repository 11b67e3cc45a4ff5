"""Protocol by which a student's process can send the checks only plain data.

Messages from the student's process consist of JSON and the bytes of arrays, are limited in size, and run no code when
they are read. The process sends the state of a random generator, and only the type's name of any other object.
"""

import json
import socket
import struct
import time
from collections.abc import Callable
from itertools import accumulate, pairwise
from types import GeneratorType
from typing import Any

import numpy as np

from ..run.flaws import Breach, EndedError, Foreign
from ..run.plain_data import DTYPE_KINDS, MAX_BYTES, MAX_DEPTH

MAX_MESSAGE_BYTES = MAX_BYTES
"""Size limit of a message, in bytes."""
MAX_BLOCKS = 10_000
MAX_JSON_BYTES, MAX_NODES = 16 << 20, 1_000_000
"""Limits on the bytes of a message's first block and on the values in it, several times what any exercise needs."""
MAX_INTEGER_BITS = 4096
"""Size limit of an integer, in bits, because Python limits the decimal digits that it reads."""
MAX_NAME = 60
"""Maximum number of characters of a type's name."""


_HEAD = struct.Struct("<IQ")
"""Header with the number of blocks and their total size. The size of each block and the blocks follow."""


def send(connection: socket.socket, *blocks: bytes) -> None:
    """Send a message of several blocks in one system call, because that is faster."""
    sizes = [len(block) for block in blocks]
    head = _HEAD.pack(len(blocks), sum(sizes)) + struct.pack(f"<{len(blocks)}Q", *sizes)
    connection.sendall(b"".join((head, *blocks)))


def receive(connection: socket.socket, deadline: float | None = None) -> list[bytes]:
    """Receive the blocks of the next message.

    ``deadline`` is a time of `time.monotonic`, in seconds.

    Raises
    ------
    EndedError
        If no message arrives, or if it is too large or malformed.
    TimeoutError
        If the deadline passes, even in the middle of a message.
    """
    count, total = _HEAD.unpack(_read(connection, _HEAD.size, deadline))
    if count > MAX_BLOCKS or total > MAX_MESSAGE_BYTES:
        raise EndedError(Breach.TOO_MUCH)
    body = _read(connection, 8 * count + total, deadline)
    ends = list(accumulate(struct.unpack_from(f"<{count}Q", body), initial=8 * count))
    if ends[-1] != len(body):
        raise EndedError(Breach.PROTOCOL)
    return [body[start:end] for start, end in pairwise(ends)]


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if deadline is not None:  # the socket's own timeout restarts with each byte
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EndedError(Breach.ENDED)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def send_data(connection: socket.socket, value: Any) -> None:
    """Send plain data."""
    blocks: list[bytes] = []
    send(connection, json.dumps(_encoded(value, blocks, 0)).encode(), *blocks)


def receive_data(
    connection: socket.socket, deadline: float | None = None, type_name: Callable[[str], str] | None = None
) -> Any:
    """Receive the plain data of the next message without trusting any of it.

    ``type_name`` may replace the name of the type of a foreign value.

    Raises
    ------
    EndedError
        If no message arrives, or if it is too large or malformed.
    TimeoutError
        If the deadline passes, even while the message is decoded.
    """
    first, *blocks = receive(connection, deadline) or [b""]
    if len(first) > MAX_JSON_BYTES:
        raise EndedError(Breach.TOO_MUCH)
    try:
        return _Decoder(blocks, deadline, type_name).decode(json.loads(first))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError):
        raise EndedError(Breach.PROTOCOL) from None


def _encoded(value: Any, blocks: list[bytes], depth: int) -> Any:
    kind = type(value)
    if value is None or kind in (bool, float, str) or (kind is int and value.bit_length() <= MAX_INTEGER_BITS):
        return {"plain": value}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if (kind is np.ndarray or isinstance(value, np.generic)) and value.dtype.kind in DTYPE_KINDS:
        blocks.append(np.ascontiguousarray(value).tobytes())
        return {"array" if kind is np.ndarray else "scalar": [value.dtype.str, list(value.shape), len(blocks) - 1]}
    if kind in (list, tuple) and depth < MAX_DEPTH:
        return {kind.__name__: [_encoded(v, blocks, depth + 1) for v in value]}
    if kind is dict and depth < MAX_DEPTH:
        return {"dict": [[_encoded(v, blocks, depth + 1) for v in pair] for pair in value.items()]}
    if kind is np.random.Generator:
        return {"rng": value.bit_generator.state}
    name = value.type_name if kind is Foreign else kind.__name__
    return {"generator": name} if kind is GeneratorType else {"foreign": name[:MAX_NAME]}


class _Decoder:
    """Decoder of one message, which uses each block once and stops at the deadline."""

    def __init__(self, blocks: list[bytes], deadline: float | None, type_name: Callable[[str], str] | None) -> None:
        self.blocks = dict(enumerate(blocks))
        self.type_name = type_name or str
        self.deadline = float("inf") if deadline is None else deadline
        self.nodes = 0

    def decode(self, message: Any) -> Any:
        """Decode a value and all values within it."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise EndedError(Breach.TOO_MUCH)
        if self.nodes % 1000 == 0 and time.monotonic() > self.deadline:
            raise TimeoutError
        ((kind, value),) = message.items()
        if kind == "plain" and (value is None or type(value) in (bool, int, float, str)):
            return value
        if kind == "complex":
            return complex(float(value[0]), float(value[1]))
        if kind in ("array", "scalar"):
            dtype = np.dtype(str(value[0]))
            if dtype.kind not in DTYPE_KINDS:
                raise ValueError(dtype)
            array = np.frombuffer(self.blocks.pop(value[2]), dtype).reshape(value[1]).copy()
            return array if kind == "array" else array.reshape(())[()]
        if kind == "list":
            return [self.decode(v) for v in value]
        if kind == "tuple":
            return tuple(self.decode(v) for v in value)
        if kind == "dict":
            return {self.decode(k): self.decode(v) for k, v in value}
        if kind == "rng":
            return GeneratorState(value)
        if kind == "generator":
            return (_ for _ in ())
        return Foreign(self.type_name(str(value)[:MAX_NAME]))


class GeneratorState:
    """State of a student's copy of a random generator."""

    def __init__(self, value: Any) -> None:
        self.position = int(value["state"]["state"])
        self.buffered = int(bool(value["has_uint32"])), int(value["uinteger"]) & 0xFFFFFFFF


_MULTIPLIER = 47026247687942121848144207491837523525  # the multiplier of PCG64
_MASK = (1 << 128) - 1
_MAX_DRAWS = 1 << 40


def advance_to(mine: np.random.Generator, theirs: GeneratorState) -> None:
    """Advance a generator to a state that drawing can reach.

    The distance between two states of a linear congruential generator is computed bit by bit.

    Raises
    ------
    EndedError
        If drawing cannot reach the state.
    """
    bits = mine.bit_generator
    state: Any = bits.state
    here, increment = state["state"]["state"], state["state"]["inc"]
    factor, shift, bit, steps = _MULTIPLIER, increment, 1, 0
    while here != theirs.position and bit < _MAX_DRAWS:
        if (here ^ theirs.position) & bit:
            here, steps = (here * factor + shift) & _MASK, steps | bit
        factor, shift, bit = factor * factor & _MASK, (factor + 1) * shift & _MASK, bit << 1
    if here != theirs.position:
        raise EndedError(Breach.GENERATOR)
    bits.advance(steps)  # type: ignore[attr-defined]  # PCG64 has it
    has, half = theirs.buffered
    bits.state = {**bits.state, "has_uint32": has, "uinteger": half}
