import gzip
import hashlib
import subprocess
import sys
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from cifar import RED_CORNER, archive
from datasets import make_data
from hypothesis import given
from hypothesis import strategies as st

from cs231n_lib.datasets import (
    DatasetError,
    blobs,
    cifar10,
    load_cifar10,
    load_digits,
    load_fashion_mnist,
    load_whole_fashion_mnist,
    loaders,
    spirals,
    stratified_split,
    whole_fashion,
)

LOADERS = [load_digits, load_fashion_mnist]


def rows_as_bytes(*arrays):
    return sorted(row.tobytes() for x in arrays for row in x)


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_splits_have_unit_pixels_and_stratified_labels(load, dtype):
    data = load(dtype=dtype)
    splits = [(data.x_train, data.y_train), (data.x_validation, data.y_validation), (data.x_test, data.y_test)]
    for x, y in splits:
        assert x.dtype == dtype
        assert y.dtype == np.int64
        assert x.shape == (len(y), np.prod(data.image_shape))
        assert x.min() == 0
        assert x.max() == 1
        share = np.bincount(y, minlength=10) / len(y)
        assert len(share) == len(data.class_names) == 10
        assert list(y) != sorted(y)
        # the digits hold 174 to 183 of every class, the clothes equally many
        assert share == pytest.approx(0.1, abs=0.006)


def test_digits_equal_those_of_scikit_learn():
    data = load_digits()
    x, y = sklearn.datasets.load_digits(return_X_y=True)
    expected = np.column_stack([x / 16, y])
    found = [
        np.column_stack(pair)
        for pair in [(data.x_train, data.y_train), (data.x_validation, data.y_validation), (data.x_test, data.y_test)]
    ]
    assert rows_as_bytes(*found) == rows_as_bytes(expected)


@pytest.mark.parametrize("load", LOADERS)
def test_splits_share_no_image(load):
    data = load(dtype=np.float32)
    sets = [{row.tobytes() for row in x} for x in (data.x_train, data.x_validation, data.x_test)]
    assert len(set.union(*sets)) == sum(len(s) for s in sets)


@pytest.mark.parametrize("load", LOADERS)
def test_loaders_return_equal_but_fresh_arrays(load):
    first, second = load(), load()
    for name in ["x_train", "y_train", "x_validation", "y_validation", "x_test", "y_test"]:
        a, b = getattr(first, name), getattr(second, name)
        np.testing.assert_array_equal(a, b)
        a[0] = 7
        assert not np.array_equal(a, b)


def test_images_match_their_labels():
    data = load_fashion_mnist()
    means = np.stack([data.x_train[data.y_train == k].mean(axis=0) for k in range(10)])
    nearest = np.argmin(((data.x_test[:, None] - means) ** 2).sum(axis=2), axis=1)
    # the nearest class mean is a known baseline of 0.68 on the full set; shuffled labels would give 0.1
    assert (nearest == data.y_test).mean() > 0.6


@pytest.mark.parametrize("load", LOADERS)
def test_integer_pixels_are_refused(load):
    with pytest.raises(TypeError, match=r"dtype is uint8\. .* np\.float32"):
        load(dtype=np.uint8)


@pytest.fixture
def copy_of_package_data(tmp_path, monkeypatch):
    for file in files("cs231n_lib.datasets").iterdir():
        if file.name.endswith((".npy", ".npz")):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(loaders, "_FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("load", "name"), [(load_digits, "digits.npy"), (load_fashion_mnist, "fashion_mnist.npz")])
def test_modified_file_is_refused_before_opening(load, name, copy_of_package_data, monkeypatch):
    load()
    content = bytearray((copy_of_package_data / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy_of_package_data / name).write_bytes(content)
    monkeypatch.setattr(np, "load", lambda *args, **kwargs: pytest.fail("opened"))
    with pytest.raises(DatasetError, match=rf"{name} is damaged .*Install the package again"):
        load()


def test_missing_file_error_names_the_remedy(copy_of_package_data):
    (copy_of_package_data / "digits.npy").unlink()
    with pytest.raises(DatasetError, match=r"cannot read .*digits\.npy .*Install the package again"):
        load_digits()


def test_loading_imports_neither_pooch_nor_scikit_learn():
    code = (
        "import sys, cs231n_lib.datasets as d; d.load_digits();"
        "sys.exit(str({'pooch', 'sklearn', 'matplotlib'} & set(sys.modules) or ''))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr.strip() == ""


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.data())
def test_stratified_split_keeps_class_proportions(sizes, data):
    y = np.random.default_rng(3).permutation(np.repeat(np.arange(len(sizes)), sizes))
    held_out = data.draw(st.integers(1, max(1, len(y) - 1)))
    if len(y) == 1:
        with pytest.raises(ValueError, match="held_out is 1 of 1 rows"):
            stratified_split(y, held_out, np.random.default_rng(0))
        return
    kept, held = stratified_split(y, held_out, np.random.default_rng(0))
    assert sorted([*kept, *held]) == list(range(len(y)))
    assert len(held) == held_out
    share = np.array(sizes) * held_out / len(y)
    assert (abs(np.bincount(y[held], minlength=len(sizes)) - share) < 1).all()


def test_stratified_split_is_shuffled_by_its_generator():
    y = np.repeat([0, 1], 50)
    y.flags.writeable = False
    (kept, held), (_, other) = (stratified_split(y, 40, np.random.default_rng(seed)) for seed in (0, 1))
    assert set(held) != set(other)
    for rows in (kept, held):
        assert list(y[rows]) != sorted(y[rows])


def test_spirals_without_noise_follow_their_arms():
    x, y = spirals(3, 2, 0.0, np.random.default_rng(0))
    assert y.tolist() == [0, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(np.hypot(*x.T), [0, 0.5, 1, 0, 0.5, 1], atol=1e-15)
    # sin and cos of 2, 4, 6 and 8 radians, from a table
    np.testing.assert_allclose(x[1], [0.5 * 0.9092974268, 0.5 * -0.4161468365], atol=1e-10)
    np.testing.assert_allclose(x[2], [-0.7568024953, -0.6536436209], atol=1e-10)
    np.testing.assert_allclose(x[4], [0.5 * -0.2794154982, 0.5 * 0.9601702867], atol=1e-10)
    np.testing.assert_allclose(x[5], [0.9893582466, -0.1455000338], atol=1e-10)


def test_noise_affects_spiral_angle_and_blob_position():
    still, _ = spirals(2000, 1, 0.0, np.random.default_rng(0))
    noisy, _ = spirals(2000, 1, 0.2, np.random.default_rng(0))
    np.testing.assert_allclose(np.hypot(*noisy.T), np.hypot(*still.T), atol=1e-12)
    turn = np.angle((noisy[1:] @ [1, 1j]) / (still[1:] @ [1, 1j]))
    assert turn.std() == pytest.approx(0.2, rel=0.05)
    x, y = blobs(2000, 3, 0.3, np.random.default_rng(0))
    for k in range(3):
        assert x[y == k].std(axis=0) == pytest.approx(0.3, rel=0.05)
        assert np.hypot(*x[y == k].mean(axis=0)) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("make", [spirals, blobs])
def test_synthetic_data_refuse_bad_arguments(make):
    rng = np.random.default_rng(0)
    for args, message in [((0, 2, 0.1, rng), "n is 0"), ((2, 0, 0.1, rng), "classes"), ((2, 2, -1.0, rng), "noise")]:
        with pytest.raises(ValueError, match=f"{make.__name__}: {message}"):
            make(*args)
    with pytest.raises(TypeError, match="rng is int"):
        make(2, 2, 0.1, 0)


# --- CIFAR-10: a small archive in the original's format, served from this machine ---


@pytest.fixture
def cifar_archive(tmp_path, monkeypatch):
    path = archive(tmp_path / "served")
    monkeypatch.setattr(cifar10, "_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def cifar_server(cifar_archive, tmp_path, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=cifar_archive.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(cifar10, "_URL", f"http://127.0.0.1:{server.server_port}/{cifar_archive.name}")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        yield server
        server.shutdown()


def test_cifar10_loads_local_archive_with_colour_last(cifar_archive):
    data = load_cifar10(cifar_archive, validation=20)
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [80, 20, 10]
    assert data.class_names[0] == "airplane"
    assert len(data.class_names) == 10
    assert data.x_train.dtype == np.float32
    assert data.image_shape == (32, 32, 3)
    assert np.bincount(data.y_validation).tolist() == [2] * 10
    picture = data.x_train[data.y_train == RED_CORNER][0].reshape(data.image_shape)
    expected = np.zeros((32, 32, 3))
    expected[0, 0] = [1, 0, 0]
    expected[0, 31] = [0, 0, 1]
    np.testing.assert_array_equal(picture, expected)


def test_cifar10_is_downloaded_once_with_progress_bar(cifar_server, capsys):
    first = load_cifar10(validation=20)
    assert "100%" in capsys.readouterr().err
    cifar_server.shutdown()
    cifar_server.server_close()
    again = load_cifar10(validation=20)
    np.testing.assert_array_equal(first.x_train, again.x_train)
    assert capsys.readouterr().err == ""


def test_cifar10_without_network_names_the_remedy(cifar_server):
    cifar_server.shutdown()
    cifar_server.server_close()
    with pytest.raises(DatasetError, match=r"cannot download http.*load_cifar10\(archive="):
        load_cifar10(progress=False)


def test_cifar10_refuses_a_wrong_archive(cifar_server, cifar_archive, monkeypatch):
    monkeypatch.setattr(cifar10, "_SHA256", "0" * 64)
    with pytest.raises(DatasetError, match="cannot download"):
        load_cifar10(progress=False)
    with pytest.raises(DatasetError, match=r"cifar-10-binary.tar.gz is damaged .* Download it again from http"):
        load_cifar10(cifar_archive)


def test_cifar10_without_pooch_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "cs231n_lib\[cifar\]"'):
        load_cifar10()


# --- all of Fashion-MNIST: small files in the originals' format ---


@pytest.fixture
def originals(tmp_path, monkeypatch):
    """Twenty training pictures, each all of the value of its place, and between them five validation pictures."""
    part = load_fashion_mnist()
    closed = np.rint(255 * part.x_validation[:5]).astype(np.uint8)
    x = np.vstack([np.repeat(np.arange(20, dtype=np.uint8), 784).reshape(20, 784), closed])
    y = np.append(np.arange(20) % 10, part.y_validation[:5]).astype(np.uint8)
    order = np.random.default_rng(0).permutation(25)
    for name, header, array in (("train-images-idx3", 16, x), ("train-labels-idx1", 8, y)):
        path = tmp_path / f"{name}-ubyte.gz"
        content = bytes(header) + array[order].tobytes()
        path.write_bytes(gzip.compress(content))
        monkeypatch.setitem(whole_fashion._SHA256, path.name, hashlib.sha256(content).hexdigest())
        monkeypatch.setitem(whole_fashion._MD5, path.name, hashlib.md5(path.read_bytes()).hexdigest())
    return tmp_path


def test_whole_fashion_mnist_excludes_validation_images(originals):
    data, part = load_whole_fashion_mnist(originals), load_fashion_mnist(dtype=np.float32)
    assert data.x_train.dtype == np.float32
    assert sorted(np.rint(255 * data.x_train[:, 0]).astype(int)) == list(range(20))
    np.testing.assert_array_equal(np.rint(255 * data.x_train[:, 783]).astype(int) % 10, data.y_train)
    np.testing.assert_array_equal(data.x_validation, part.x_validation)
    np.testing.assert_array_equal(data.y_test, part.y_test)


def test_whole_fashion_mnist_is_downloaded_once(originals, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=originals)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(whole_fashion, "_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("XDG_CACHE_HOME", str(originals / "cache"))
        assert len(load_whole_fashion_mnist(progress=False).y_train) == 20
        server.shutdown()
    assert len(load_whole_fashion_mnist(progress=False).y_train) == 20


ANOTHER = gzip.compress(b"another", mtime=0)


@pytest.mark.parametrize("content", [b"half", ANOTHER[:-5], ANOTHER], ids=["no archive", "cut", "another"])
def test_damaged_originals_are_refused_with_their_url(originals, content):
    (originals / "train-labels-idx1-ubyte.gz").write_bytes(content)
    with pytest.raises(DatasetError, match=r"train-labels-idx1-ubyte.gz is damaged.* Download it again from http"):
        load_whole_fashion_mnist(originals)
    (originals / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match=r"cannot read .*train-labels-idx1-ubyte.gz .* Download it from http"):
        load_whole_fashion_mnist(originals)


# --- how the files were made ---


def test_digits_file_equals_script_output():
    stored = np.load(str(files("cs231n_lib.datasets") / "digits.npy"))
    assert stored.dtype == np.uint8
    np.testing.assert_array_equal(stored, make_data.digits())


def test_fashion_mnist_is_a_stratified_sample(tmp_path: Path):
    for prefix, n in [("train", 10_000), ("t10k", 2_000)]:
        y = np.arange(n, dtype=np.int64) % 10
        pixels = np.repeat(y.astype(np.uint8), 784)
        (tmp_path / f"{prefix}-images-idx3-ubyte.gz").write_bytes(gzip.compress(bytes(16) + pixels.tobytes(), 1))
        (tmp_path / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(bytes(8) + y.astype(np.uint8).tobytes())
        )
    made = make_data.fashion_mnist(tmp_path)
    for split, a_class in [("train", 500), ("test", 100)]:
        x, y = made[f"x_{split}"], made[f"y_{split}"]
        assert np.bincount(y).tolist() == [a_class] * 10
        np.testing.assert_array_equal(x, np.repeat(y[:, None], 784, axis=1))


@pytest.fixture
def in_a_browser(monkeypatch, tmp_path):
    """A browser whose wheel lacks Fashion-MNIST, and what it asked the site for."""
    asked, folder = [], loaders._FOLDER

    def read(name):
        asked.append(name)
        return (folder / name.partition("?")[0]).read_bytes()

    monkeypatch.setattr(loaders.browser, "IN_BROWSER", True)
    monkeypatch.setattr(loaders.browser, "read_from_site", read)
    monkeypatch.setattr(loaders, "_FOLDER", tmp_path)
    return asked


def test_browser_loads_fashion_mnist_once_and_by_its_hash(in_a_browser):
    first, second = load_fashion_mnist(), load_fashion_mnist()
    assert np.array_equal(first.x_test, second.x_test)
    assert in_a_browser == [f"fashion_mnist.npz?{loaders._SHA256['fashion_mnist.npz'][:12]}"]


def test_site_that_cannot_be_reached_gets_a_sentence(in_a_browser, monkeypatch):
    def fail(name):
        raise OSError(0, "the site answers 404")

    monkeypatch.setattr(loaders.browser, "read_from_site", fail)
    message = r"cannot load fashion_mnist.npz \(the site answers 404\). Check the network, then run the cell again"
    with pytest.raises(DatasetError, match=message):
        load_fashion_mnist()


def test_wrong_file_of_the_site_is_refused(in_a_browser, monkeypatch):
    monkeypatch.setattr(loaders.browser, "read_from_site", lambda name: b"another file")
    with pytest.raises(DatasetError, match="is damaged"):
        load_fashion_mnist()
