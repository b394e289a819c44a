"""What is written appears whole, and what goes wrong names the file that was meant."""

from __future__ import annotations

import errno
import os

import pytest

from loadstone.atomic import new_file


def test_a_folder_that_is_missing_names_the_file_and_not_its_temporary_sibling(tmp_path):
    final = tmp_path / "nowhere" / "model.safetensors"
    with pytest.raises(FileNotFoundError) as error, new_file(final):
        pass
    assert error.value.filename == str(final)


def test_a_full_disk_names_the_file_and_leaves_nothing(tmp_path):
    final = tmp_path / "model.safetensors"
    with pytest.raises(OSError, match="No space left") as error:
        _fill(final)
    assert error.value.filename == str(final)
    assert list(tmp_path.iterdir()) == []


def _fill(final):
    with new_file(final) as file:
        file.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_error_of_what_is_read_keeps_its_own_name(tmp_path):
    with pytest.raises(PermissionError) as error, new_file(tmp_path / "out.bin"):
        raise PermissionError(errno.EACCES, "no", "in.bin")
    assert error.value.filename == "in.bin"
