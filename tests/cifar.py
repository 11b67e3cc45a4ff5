"""A small file in the form of CIFAR-10's own, made up."""

import io
import tarfile
from pathlib import Path

import numpy as np

RED_CORNER = 0
"""Label of the picture that is black but for a red top left and a blue top right pixel."""


def records(n: int) -> bytes:
    """Pictures of chance, a byte of label and three planes of colour each; the labels go round."""
    rng = np.random.default_rng(n)
    rows = rng.integers(0, 256, (n, 3073), dtype=np.uint8)
    rows[:, 0] = np.arange(n) % 10
    rows[rows[:, 0] == RED_CORNER, 1:] = 0
    rows[rows[:, 0] == RED_CORNER, 1] = 255
    rows[rows[:, 0] == RED_CORNER, 1 + 2 * 1024 + 31] = 255
    return rows.tobytes()


def archive(folder: Path, rows: int = 20) -> Path:
    """``cifar-10-binary.tar.gz`` in a new folder, of five batches of so many rows to train on, and ten to test."""
    names = "airplane automobile bird cat deer dog frog horse ship truck"
    contents = {f"data_batch_{i}.bin": records(rows) for i in range(1, 6)}
    contents |= {"test_batch.bin": records(10), "batches.meta.txt": names.replace(" ", "\n").encode() + b"\n\n"}
    path = folder / "cifar-10-binary.tar.gz"
    folder.mkdir()
    with tarfile.open(path, "w:gz") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path
