"""Plain data as bytes between the checks and a student's process, which must not be able to send anything else.

What comes from the student is JSON and the raw bytes of numeric arrays, of bounded size: reading it runs nothing. Of an
object that is no plain data, only the name of its type crosses.
"""

import json
import socket
import struct
import time
from itertools import accumulate, pairwise
from types import GeneratorType
from typing import Any

import numpy as np

from .plain import DEEPEST, Foreign

MOST = 64 << 20
"""Bytes in one message."""
MOST_BLOCKS = 10_000
KINDS = "biufcSU"
"""The kinds of arrays that are numbers or text."""


class EndedError(Exception):
    """The student's process ended, or did not keep to the protocol."""


_HEAD = struct.Struct("<IQ")
"""How many blocks there are, and how many bytes in all of them; then comes the size of each, and then they."""


def send(line: socket.socket, *blocks: bytes) -> None:
    """Send a message of several blocks, all at once: where the system is asked more often, that takes most time."""
    sizes = [len(block) for block in blocks]
    head = _HEAD.pack(len(blocks), sum(sizes)) + struct.pack(f"<{len(blocks)}Q", *sizes)
    line.sendall(b"".join((head, *blocks)))


def receive(line: socket.socket, deadline: float | None = None) -> list[bytes]:
    """The blocks of the next message, all of which must be there by ``deadline``, in seconds of `time.monotonic`.

    Raises
    ------
    EndedError
        If there is none, or a larger one than anybody needs.
    TimeoutError
        If the deadline passes, also between two bytes.
    """
    count, total = _HEAD.unpack(_read(line, _HEAD.size, deadline))
    if count > MOST_BLOCKS or total > MOST:
        raise EndedError("your function returns too much")
    body = _read(line, 8 * count + total, deadline)
    ends = list(accumulate(struct.unpack_from(f"<{count}Q", body), initial=8 * count))
    if ends[-1] != len(body):
        raise EndedError("your code broke the protocol")
    return [body[start:end] for start, end in pairwise(ends)]


def _read(line: socket.socket, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if deadline is not None:  # a time limit of the socket begins anew with each byte
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            line.settimeout(left)
        part = line.recv(min(size, 1 << 20))
        if not part:
            raise EndedError("your code ended its process")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def send_data(line: socket.socket, value: Any) -> None:
    """Send plain data."""
    blocks: list[bytes] = []
    send(line, json.dumps(_encoded(value, blocks, 0)).encode(), *blocks)


def receive_data(line: socket.socket, deadline: float | None = None) -> Any:
    """The plain data of the next message, of which nothing is trusted.

    Raises
    ------
    EndedError
        Also where it is no such message.
    """
    first, *blocks = receive(line, deadline) or [b""]
    try:
        return _decoded(json.loads(first), blocks)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError):
        raise EndedError("your code broke the protocol") from None


def _encoded(value: Any, blocks: list[bytes], depth: int) -> Any:
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return {"plain": value}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if (kind is np.ndarray or isinstance(value, np.generic)) and value.dtype.kind in KINDS:
        blocks.append(np.ascontiguousarray(value).tobytes())
        return {"array" if kind is np.ndarray else "scalar": [value.dtype.str, list(value.shape), len(blocks) - 1]}
    if kind in (list, tuple) and depth < DEEPEST:
        return {kind.__name__: [_encoded(v, blocks, depth + 1) for v in value]}
    if kind is dict and depth < DEEPEST:
        return {"dict": [[_encoded(v, blocks, depth + 1) for v in pair] for pair in value.items()]}
    if kind is np.random.Generator:
        return {"rng": value.bit_generator.state}
    name = value.kind if kind is Foreign else kind.__name__
    return {"generator": name} if kind is GeneratorType else {"foreign": name[:60]}


def _decoded(message: Any, blocks: list[bytes]) -> Any:
    ((kind, value),) = message.items()
    if kind == "plain" and (value is None or type(value) in (bool, int, float, str)):
        return value
    if kind == "complex":
        return complex(float(value[0]), float(value[1]))
    if kind in ("array", "scalar"):
        dtype = np.dtype(str(value[0]))
        if dtype.kind not in KINDS:
            raise ValueError(dtype)
        array = np.frombuffer(blocks[value[2]], dtype).reshape(value[1]).copy()
        return array if kind == "array" else array.reshape(())[()]
    if kind == "list":
        return [_decoded(v, blocks) for v in value]
    if kind == "tuple":
        return tuple(_decoded(v, blocks) for v in value)
    if kind == "dict":
        return {_decoded(k, blocks): _decoded(v, blocks) for k, v in value}
    if kind == "rng":
        return State(value)
    if kind == "generator":
        return (_ for _ in ())
    return Foreign(str(value))


class State:
    """Where a student's copy of a random generator has come to."""

    def __init__(self, value: Any) -> None:
        self.here = int(value["state"]["state"])
        self.half = int(bool(value["has_uint32"])), int(value["uinteger"]) & 0xFFFFFFFF


_STEP = 47026247687942121848144207491837523525  # the multiplier of PCG64
_FULL = (1 << 128) - 1
_MOST_DRAWN = 1 << 40


def forward(mine: np.random.Generator, theirs: State) -> None:
    """Take over a state that drawing leads to; a generator cannot be set back, nor to a state that somebody chose.

    The distance between two states of a linear congruential generator is found bit by bit.

    Raises
    ------
    EndedError
        For any other state.
    """
    bits = mine.bit_generator
    state: Any = bits.state
    here, increment = state["state"]["state"], state["state"]["inc"]
    factor, shift, bit, steps = _STEP, increment, 1, 0
    while here != theirs.here and bit < _MOST_DRAWN:
        if (here ^ theirs.here) & bit:
            here, steps = (here * factor + shift) & _FULL, steps | bit
        factor, shift, bit = factor * factor & _FULL, (factor + 1) * shift & _FULL, bit << 1
    if here != theirs.here:
        raise EndedError("your code changed the state of rng in another way than by drawing")
    bits.advance(steps)  # type: ignore[attr-defined]  # PCG64 has it
    has, half = theirs.half
    bits.state = {**bits.state, "has_uint32": has, "uinteger": half}
