import numpy as np
import pytest

from cs231n_lib.storage import pack_generator, read_arrays, read_json, unpack_generator, write_arrays


def test_arrays_survive_writing_and_reading(tmp_path):
    arrays = {"a.b": np.arange(3.0), "text": np.array("é"), "none": np.zeros((0, 2), np.float32)}
    write_arrays(tmp_path / "arrays", arrays)
    np.testing.assert_equal(read_arrays(tmp_path / "arrays"), arrays)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "state.npz"
    write_arrays(path, {"a": np.ones(3)})

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="disk full"):
        write_arrays(path, {"a": np.zeros(3)})
    assert list(tmp_path.iterdir()) == [path]
    np.testing.assert_array_equal(read_arrays(path)["a"], np.ones(3))


def test_a_file_is_replaced_and_never_written_over(tmp_path):
    path, same_file = tmp_path / "state.npz", tmp_path / "hard_link.npz"
    write_arrays(path, {"a": np.ones(3)})
    same_file.hardlink_to(path)
    write_arrays(path, {"a": np.zeros(3)})
    np.testing.assert_array_equal(read_arrays(path)["a"], np.zeros(3))
    np.testing.assert_array_equal(read_arrays(same_file)["a"], np.ones(3))


def test_objects_are_neither_written_nor_read(tmp_path):
    with pytest.raises(TypeError, match="a must not contain Python objects"):
        write_arrays(tmp_path / "x.npz", {"a": np.array([{}])})
    np.savez(tmp_path / "pickled.npz", a=np.array([{}]))
    with pytest.raises(ValueError, match="not an npz file of plain arrays"):
        read_arrays(tmp_path / "pickled.npz")


@pytest.mark.parametrize("damaged", [b"", b'{"a": ', b"[1]", b"\xff"])
def test_a_missing_or_damaged_json_object_counts_as_empty(tmp_path, damaged):
    path = tmp_path / "state.json"
    assert read_json(path) == {}
    path.write_bytes(damaged)
    assert read_json(path) == {}
    path.write_bytes(b'{"a": 1}')
    assert read_json(path) == {"a": 1}


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.SFC64, np.random.MT19937, np.random.Philox])
def test_generator_continues_from_its_packed_state(kind):
    rng = np.random.Generator(kind(3))
    rng.random(5)
    state = pack_generator(rng)
    expected = rng.random(5)
    other = np.random.Generator(kind(4))
    unpack_generator(state, other)
    np.testing.assert_array_equal(other.random(5), expected)


def test_a_generator_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="belongs to SFC64 but rng uses PCG64"):
        unpack_generator(pack_generator(np.random.Generator(np.random.SFC64(0))), np.random.default_rng(0))
