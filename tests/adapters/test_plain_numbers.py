"""Files of numbers are read exactly, and what is wrong in one is told with its line."""

import gzip
import os
import threading
import time
from contextlib import suppress

import numpy as np
import pytest

from placement import FileError, InputError
from placement.adapters import plain_numbers
from placement.adapters.plain_numbers import Numbers, read_content, read_numbers


def numbers(text, *, decimals=False):
    """Return what a text holds."""
    return Numbers("some.txt", text.encode(), decimals=decimals)


def told(text, **options):
    """Return the fault that a text meets."""
    with pytest.raises(InputError) as caught:
        numbers(text, **options)
    return str(caught.value)


def test_numbers_stand_between_any_white_space():
    """Spaces, tabs and line ends of any system; signs are welcome."""
    assert numbers(" 1\t+2\r\n-3\n\n4 ").values.tolist() == [1, 2, -3, 4]
    assert numbers("").values.tolist() == []


def test_the_largest_number_that_fits_is_read_exactly():
    """Eighteen digits; the nineteenth is refused, whatever it would make."""
    assert numbers("9" * 18).values.tolist() == [10**18 - 1]
    assert told("1\n" + "9" * 19) == f'some.txt:2: "{"9" * 19}" has too many digits'


def test_decimals_have_at_most_fifteen_digits():
    """More than a double holds for sure would be read as another number."""
    assert numbers("0.000001 123456789.123456", decimals=True).values.tolist() == [
        1e-6,
        123456789.123456,
    ]
    assert "too many digits" in told("1234567890.123456", decimals=True)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("1 2\n3 x4 5", 2, '"x4"'),
        ("1\n2.5", 2, '"2.5"'),
        ("1 2-3", 1, '"2-3"'),
        ("1\n\n--1 2", 3, '"--1"'),
        ("1 1e5", 1, '"1e5"'),
        ("1 0x10", 1, '"0x10"'),
        ("1 1_000", 1, '"1_000"'),
        ("nan", 1, '"nan"'),
        ("\ufeff1 2", 1, "plain ASCII"),
        ("1 2\0", 1, "plain ASCII"),
    ],
)
def test_the_first_word_that_is_no_number_is_told(text, line, word):
    """With its line; nothing is guessed."""
    message = told(text)
    assert message.startswith(f"some.txt:{line}: ")
    assert word in message
    assert "is not a whole number" in message


def test_a_decimal_is_one_number_with_one_point():
    """Two points are refused."""
    assert '"1.2.3" is not a number' in told("1.2.3", decimals=True)


def test_a_word_of_a_hundred_megabytes_is_shown_in_a_line():
    """Neither split into an array of that width nor echoed."""
    assert len(told("1 " + "9" * 10**8)) < 200
    assert len(told("1 " + "z" * 10**8)) < 200


def test_pieces_are_taken_in_order_and_never_beyond_the_end():
    """What is missing is told as such, and so is what is left."""
    some = numbers("2 5\n6 7\n")
    assert some.count("rows") == 2
    assert some.take(2, "the rows").tolist() == [5, 6]
    with pytest.raises(InputError, match=r"some.txt:2: 1 numbers stand behind the end"):
        some.end()
    with pytest.raises(InputError, match=r"ends too early: expected 2 numbers \(tails\), got 1"):
        some.take(2, "tails")
    some.take(1, "tail")
    some.end()


@pytest.mark.parametrize("count", ["0", "-1", "900000000000000000"])
def test_a_count_that_nothing_can_bear_out_is_refused_before_anything_is_made(count):
    """Below one, or above how many numbers there are."""
    with pytest.raises(InputError, match=r"some\.txt:1: "):
        numbers(f"{count}\n1 2 3").count("rows")


def test_lines_are_told_beyond_the_first_block(monkeypatch):
    """The place of a number is found in whichever block it was read."""
    monkeypatch.setattr(plain_numbers, "BLOCK", 16)
    some = numbers("".join(f"{n}\n" for n in range(100)))
    assert some.values.tolist() == list(range(100))
    piece = some.take(100, "all")
    with pytest.raises(InputError, match=r"some\.txt:78: 77 is too much \(23 in all\)"):
        some.each(piece, piece >= 77, "too much")
    bad = "".join(f"{n}\n" for n in range(50)) + "5-0\n"
    assert told(bad).startswith("some.txt:51: ")


def test_a_packed_file_is_unpacked(tmp_path):
    """By its content, whatever its name."""
    path = tmp_path / "numbers"
    path.write_bytes(gzip.compress(b"1 2 3"))
    assert read_numbers(path).values.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "content",
    [b"\x1f\x8b", gzip.compress(b"1 2 3" * 99)[:-9], b"\x1f\x8b\x08" + bytes(20)],
    ids=["two bytes", "cut off", "rubbish"],
)
def test_a_broken_archive_is_told(tmp_path, content):
    """It is no InputError: the file cannot be read."""
    path = tmp_path / "numbers.gz"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"cannot be unpacked: .*; get it again"):
        read_content(path)


def test_what_unpacks_to_gigabytes_is_refused_in_bounded_memory(tmp_path, monkeypatch):
    """Not more than the limit is ever unpacked."""
    monkeypatch.setattr(plain_numbers, "MOST_BYTES", 2**20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"0 " * 2**20))
    with pytest.raises(FileError, match="holds more than 1 MiB"):
        read_content(path)


def test_a_file_that_never_ends_is_refused(tmp_path, monkeypatch):
    """A pipe or a device has no size beforehand."""
    monkeypatch.setattr(plain_numbers, "MOST_BYTES", 2**16)
    os.mkfifo(tmp_path / "pipe")

    def fill():
        with suppress(BrokenPipeError), (tmp_path / "pipe").open("wb", buffering=0) as pipe:
            while True:
                pipe.write(b"1 " * 1000)

    writer = threading.Thread(target=fill, daemon=True)
    writer.start()
    with pytest.raises(FileError, match="holds more than"):
        read_content(tmp_path / "pipe")
    writer.join(10)


@pytest.mark.parametrize(("name", "told"), [("none", "does not exist"), (".", "is a folder")])
def test_a_path_that_is_no_file_is_told(tmp_path, name, told):
    """With what to do."""
    with pytest.raises(FileError, match=told):
        read_content(tmp_path / name)


def test_millions_of_numbers_are_read_in_seconds():
    """Two million, as an instance of 100 agents and 10,000 jobs has."""
    data = (" ".join(map(str, range(1000))) + "\n").encode() * 2000
    begin = time.monotonic()
    read = Numbers("some.txt", data, decimals=False).values
    assert time.monotonic() - begin < 10
    assert np.array_equal(read.reshape(2000, 1000)[7], np.arange(1000))
