"""Real data: small IDX files in a folder and on localhost, and every way they can be wrong."""

import builtins
import functools
import gzip
import hashlib
import http.server
import struct
import threading

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import MNIST_SHA256, digits, load_mnist
from dlcourse.idx import format_idx, parse_idx

NAMES = list(MNIST_SHA256)


@pytest.fixture
def files():
    """Four small files like MNIST's, by name, and what is in them."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, n in (("train", 7), ("t10k", 3)):
        arrays[f"{part}-images-idx3-ubyte"] = rng.integers(0, 256, (n, 4, 5), np.uint8)
        arrays[f"{part}-labels-idx1-ubyte"] = rng.integers(0, 10, n, np.uint8)
    return {name: format_idx(array) for name, array in arrays.items()}, arrays


def write(folder, contents, packed):
    for name, content in contents.items():
        path = folder / (name + ".gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)


def checksums(contents):
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def serve():
    """Serve a folder on localhost; returns its address."""
    servers = []

    def start(folder):
        handler = functools.partial(Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def assert_loaded(parts, arrays):
    for (X, y), part in zip(parts, ("train", "t10k"), strict=True):
        images, labels = (arrays[f"{part}-{kind}-ubyte"] for kind in ("images-idx3", "labels-idx1"))
        assert (X.dtype, y.dtype) == (np.float32, np.int64)
        np.testing.assert_allclose(X, images.reshape(len(images), 20) / 255, rtol=1e-6)
        np.testing.assert_array_equal(y, labels)


# From a folder or an address.


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("checked", [True, False])
def test_files_in_a_folder(tmp_path, files, packed, checked):
    contents, arrays = files
    write(tmp_path, contents, packed)
    sums = checksums(contents) if checked else {}
    assert_loaded(load_mnist(tmp_path, sums), arrays)
    assert_loaded(load_mnist(str(tmp_path) + "/", sums), arrays)


@pytest.mark.parametrize("packed", [True, False])
def test_files_on_a_server(tmp_path, files, serve, packed):
    contents, arrays = files
    write(tmp_path, contents, packed)
    assert_loaded(load_mnist(serve(tmp_path), checksums(contents)), arrays)
    assert_loaded(load_mnist(serve(tmp_path) + "/", checksums(contents)), arrays)


def test_packed_files_may_be_named_as_unpacked(tmp_path, files):
    contents, arrays = files
    write(tmp_path, {name: gzip.compress(content) for name, content in contents.items()}, False)
    assert_loaded(load_mnist(tmp_path, checksums(contents)), arrays)


def test_what_came_from_an_address_is_not_believed_without_a_checksum(tmp_path, files, serve):
    contents, _ = files
    write(tmp_path, contents, True)
    digest = checksums(contents)[NAMES[0]]
    with pytest.raises(ValueError, match=f"got no checksum for {NAMES[0]}.*it is {digest}"):
        load_mnist(serve(tmp_path), sha256={})


def test_missing_files_are_named(tmp_path, files, serve):
    contents, _ = files
    address = serve(tmp_path)
    for source in (tmp_path, tmp_path / "nowhere", address):
        with pytest.raises(FileNotFoundError, match=r"train-images-idx3-ubyte\.gz nor .*ubyte;"):
            load_mnist(source, checksums(contents))


# Everything that can be wrong with a file.


def spoil(tmp_path, files, name, content, sums=None):
    """Load with one file replaced; the error's text."""
    contents, _ = files
    write(tmp_path, contents | {name: content}, packed=False)
    with pytest.raises(ValueError, match=name) as caught:
        load_mnist(tmp_path, {} if sums is None else sums)
    return str(caught.value)


def test_a_changed_file_fails_its_checksum(tmp_path, files):
    contents, _ = files
    whole = contents[NAMES[1]]
    changed = whole[:-1] + bytes([whole[-1] ^ 1])
    text = spoil(tmp_path, files, NAMES[1], changed, checksums(contents))
    assert f"wanted {checksums(contents)[NAMES[1]]}" in text
    assert hashlib.sha256(changed).hexdigest() in text


def test_by_default_only_mnist_itself_is_taken(tmp_path, files):
    write(tmp_path, files[0], packed=True)
    with pytest.raises(ValueError, match=f"wanted {MNIST_SHA256[NAMES[0]]}"):
        load_mnist(tmp_path)


def test_checksums_in_capitals_are_checksums(tmp_path, files):
    contents, arrays = files
    write(tmp_path, contents, True)
    sums = {name: digest.upper() for name, digest in checksums(contents).items()}
    assert_loaded(load_mnist(tmp_path, sums), arrays)


def test_a_file_cut_short_or_too_long_says_by_how_much(tmp_path, files):
    whole = files[0][NAMES[0]]
    size = len(whole)
    short = spoil(tmp_path, files, NAMES[0], whole[:-5])
    assert f"got {size - 5} bytes, wanted {size} for the shape (7, 4, 5); cut short" in short
    assert "something is appended" in spoil(tmp_path, files, NAMES[0], whole + b"\x00")
    assert "wanted a header of 16; cut short" in spoil(tmp_path, files, NAMES[0], whole[:9])


def test_another_format_is_named_by_its_first_bytes(tmp_path, files):
    assert "got the first bytes 3c 68 74 6d" in spoil(
        tmp_path, files, NAMES[0], b"<html>404</html>"
    )
    for first in (b"\x01\x00", b"\x00\x01"):
        nearly = first + files[0][NAMES[0]][2:]
        assert f"got the first bytes {first.hex(' ')} 08 03" in spoil(
            tmp_path, files, NAMES[0], nearly
        )
    assert "of an empty file" in spoil(tmp_path, files, NAMES[0], b"")


def test_images_under_the_name_of_labels_are_noticed(tmp_path, files):
    text = spoil(tmp_path, files, NAMES[1], files[0][NAMES[0]])
    assert "got 3 axes of uint8, wanted 1 of uint8" in text
    floats = format_idx(np.ones(7, np.float32))
    assert "got 1 axes of float32" in spoil(tmp_path, files, NAMES[1], floats)


def test_images_and_labels_must_be_as_many(tmp_path, files):
    contents, _ = files
    write(tmp_path, contents | {NAMES[1]: format_idx(np.zeros(6, np.uint8))}, packed=True)
    with pytest.raises(ValueError, match="got 7 images and 6 labels in train"):
        load_mnist(tmp_path, {})


@pytest.mark.parametrize("damage", ["cut", "flipped", "header", "stream"])
def test_damaged_gzip_is_named(tmp_path, files, damage):
    packed = bytearray(gzip.compress(files[0][NAMES[0]]))
    if damage == "cut":
        packed = packed[:-12]
    elif damage == "stream":
        packed[10] = 0xFF  # a kind of block that does not exist
    else:
        packed[40 if damage == "flipped" else 2] ^= 0xFF
    assert "the gzip file is damaged" in spoil(tmp_path, files, NAMES[0], bytes(packed))


def test_a_file_that_unpacks_without_end_is_stopped(tmp_path, files, monkeypatch):
    monkeypatch.setattr(data, "_LARGEST", 1 << 20)
    bomb = gzip.compress(bytes(3 << 20))
    assert len(bomb) < 1 << 20
    assert "got more than 1 MiB" in spoil(tmp_path, files, NAMES[0], bomb)


# The format itself.


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 0, 4), (1, 2, 3, 4)])
def test_idx_goes_out_and_comes_back(kind, shape):
    array = (10 * np.random.default_rng(0).normal(size=shape)).astype(kind)
    back = parse_idx(format_idx(array))
    assert back.dtype == array.dtype
    assert back.dtype.isnative
    np.testing.assert_array_equal(back, array)
    back[...] = 0  # one's own copy, not a view of the file


def test_idx_by_hand():
    content = bytes([0, 0, 0x0B, 2]) + struct.pack(">II", 2, 1) + struct.pack(">hh", -2, 300)
    assert parse_idx(content).tolist() == [[-2], [300]]
    assert format_idx(np.array([[-2], [300]], np.int16)) == content


@pytest.mark.parametrize("array", [np.float64(1.0), np.ones(2, np.int64), np.array(["a"])])
def test_idx_names_what_it_cannot_hold(array):
    with pytest.raises(ValueError, match="wanted at least 1 axis of uint8, int8, int16"):
        format_idx(np.asarray(array))


# scikit-learn's digits.


def test_the_digits():
    pytest.importorskip("sklearn")
    X, y = digits()
    assert (X.shape, y.shape, X.dtype, y.dtype) == ((1797, 64), (1797,), np.float64, np.int64)
    assert (X.min(), X.max()) == (0, 1)
    assert np.bincount(y).min() > 150
    assert len(np.bincount(y)) == 10


def test_without_scikit_learn_the_error_says_what_to_do(monkeypatch):
    true_import = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] == "sklearn":
            raise ImportError(name)
        return true_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        digits()
