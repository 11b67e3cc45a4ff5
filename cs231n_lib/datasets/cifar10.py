"""CIFAR-10, downloaded on first use."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from cs231n_lib.contracts import FloatArray, contract, count, float_dtype
from cs231n_lib.datasets.files import (
    LABEL_DTYPE,
    Dataset,
    LabelArray,
    download,
    read_verified,
    scaled_pixels,
    with_validation,
)

if TYPE_CHECKING:
    import tarfile

_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"


@contract(validation=count, dtype=float_dtype)
def load_cifar10(
    archive: Path | None = None, *, validation: int = 1000, dtype: DTypeLike = np.float32, progress: bool = True
) -> Dataset:
    """Load CIFAR-10.

    By default there are 49,000 training, 1,000 validation and 10,000 test images of 32×32 pixels. The extra ``cifar``
    is required, and the first call downloads 170 MB to the user's cache. In float32 the pixels take 740 MB of memory.

    Parameters
    ----------
    archive : Path, optional
        Local copy of ``cifar-10-binary.tar.gz``. With a copy, the call needs neither a network nor the extra.
    validation : int
        Number of training images to use for validation.

    Returns
    -------
    Dataset
        Colour images with D = 3072 pixels in the order row, column, colour, and K = 10 classes.

    References
    ----------
    A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009.
    """
    import tarfile  # imported here, because importing it takes a tenth as long as importing the whole package

    local_call = 'load_cifar10(archive="cifar-10-binary.tar.gz")'
    path = download(_URL, f"sha256:{_SHA256}", "CIFAR-10", local_call, progress) if archive is None else Path(archive)
    content = read_verified(path, _SHA256, f"Download it again from {_URL}")
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        names, train, test = _members(tar)
    return with_validation(
        _examples(train, dtype),
        _examples(test, dtype),
        held_out=validation,
        class_names=names,
        image_shape=(32, 32, 3),
        source="Krizhevsky, Nair and Hinton, CIFAR-10, University of Toronto",
        licence="none stated; cite Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
    )


def _members(tar: "tarfile.TarFile") -> tuple[tuple[str, ...], bytes, bytes]:
    """Class names, training records and test records."""
    contents = {Path(member.name).name: tar.extractfile(member) for member in tar if member.isfile()}
    read = {name: file.read() for name, file in contents.items() if file is not None}
    train = b"".join(read[f"data_batch_{i}.bin"] for i in range(1, 6))
    return tuple(read["batches.meta.txt"].decode().split()), train, read["test_batch.bin"]


def _examples(records: bytes, dtype: DTypeLike) -> tuple[FloatArray, LabelArray]:
    """Decode records, each with a label byte and red, green and blue planes."""
    rows = np.frombuffer(records, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    images = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).reshape(len(rows), -1)
    return scaled_pixels(images, 255, dtype), rows[:, 0].astype(LABEL_DTYPE)
