"""Distributed checkpoints that two processes wrote are put together, or refused."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.distributed import checkpoint as dcp

import loadstone
from loadstone import readers
from loadstone.cli.main import main
from loadstone.core import MergePieces, TensorFact
from loadstone.fixes.restore import CannotRestoreError, restore
from loadstone.readers import _pieces
from loadstone.readers._inside import NotWhole

pytestmark = pytest.mark.filterwarnings("ignore:torch.distributed is disabled")
FILES = Path(__file__).parents[1] / "files" / "dcp"


@pytest.fixture
def copy(tmp_path):
    def make(name):
        return Path(shutil.copytree(FILES / name, tmp_path / name))

    return make


def same(written, whole, add=0):
    assert set(written) == set(whole)
    for key, value in whole.items():
        assert written[key].dtype is value.dtype
        assert torch.equal(written[key], value + add)


def test_rows_columns_copies_and_blocks_are_put_together(copy):
    path = copy("sharded")
    report = loadstone.fix(path)
    assert [item.check.code for item in report.fixed] == ["LS111"]
    assert report.wrote == (str(path.with_name("sharded.merged.safetensors")),)
    same(load_file(report.wrote[0]), load_file(FILES / "sharded.safetensors"))
    assert report.errors == ()


def test_another_entry_is_taken_where_it_is_named(copy):
    path = copy("sharded")
    report = loadstone.fix(path, entry="ema")
    same(load_file(report.wrote[0]), load_file(FILES / "sharded.safetensors"), add=1)


def test_a_model_of_fsdp_loads_into_its_class(copy):
    path = copy("fsdp")

    def make():
        return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))

    report = loadstone.fix(path, into=make)
    assert report.verdict.loads == "yes"
    same(load_file(report.wrote[0]), load_file(FILES / "fsdp.safetensors"))
    loaded = loadstone.load(report.wrote[0], into=make).model
    same(loaded.state_dict(), load_file(FILES / "fsdp.safetensors"))


def test_torch_itself_reads_the_same(copy, tmp_path):
    from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

    path = copy("sharded")
    dcp_to_torch_save(path, tmp_path / "by_torch.pth")
    theirs = torch.load(tmp_path / "by_torch.pth", weights_only=False)["model"]
    same(load_file(loadstone.fix(path).wrote[0]), theirs)


def damaged(path, change):
    piece = path / "__1_0.distcp"
    data = bytearray(piece.read_bytes())
    change(data, piece)
    return path


def cut(data, piece):
    piece.write_bytes(data[: len(data) // 2])


def remove(_, piece):
    piece.unlink()


def swap(_, piece):
    other = piece.with_name("__0_0.distcp")
    one, two = piece.read_bytes(), other.read_bytes()
    piece.write_bytes(two)
    other.write_bytes(one)


@pytest.mark.parametrize("change", [cut, remove, swap])
def test_what_is_not_whole_is_not_put_together(copy, change):
    path = damaged(copy("sharded"), change)
    report = loadstone.fix(path)
    assert report.wrote == ()
    assert report.errors
    assert report.verdict.loads == "no"
    with pytest.raises((CannotRestoreError, OSError)):
        restore(path, MergePieces("m.safetensors", "model"), path.with_name("m.safetensors"))
    assert not path.with_name("m.safetensors").exists()


def test_every_byte_of_every_piece_is_under_its_checksum(copy):
    path = copy("sharded")
    for name, (_, pieces) in readers.merged(str(path), "model").items():
        for piece in pieces:
            extent = piece.fact.extent
            file = path / extent.file
            data = bytearray(file.read_bytes())
            data[extent.offset + extent.nbytes - 1] ^= 0x40
            file.write_bytes(data)
            report = loadstone.check(path)
            assert "crc" in {item.kind for item in report.artifact.damage}, name
            assert loadstone.fix(path).wrote == ()
            with pytest.raises(_pieces.NotWhole, match="CRC"):
                list(readers.piece_bytes(str(path), piece))
            data[extent.offset + extent.nbytes - 1] ^= 0x40
            file.write_bytes(data)
    assert loadstone.check(path).artifact.damage == ()


def block(*axes):
    fact = TensorFact("float32", tuple(size for _, size in axes))
    return _pieces.Piece(tuple(start for start, _ in axes), fact, 0)


@pytest.mark.parametrize(
    ("shape", "blocks", "whole"),
    [
        ((4,), [[(0, 2)], [(2, 2)]], True),
        ((4,), [[(0, 2)], [(1, 2)]], False),  # they meet
        ((4,), [[(0, 2)], [(3, 1)]], False),  # a gap
        ((4,), [[(0, 2)], [(2, 3)]], False),  # beyond the end
        ((4,), [[(-1, 3)], [(2, 2)]], False),
        ((4,), [], False),
        ((), [[]], True),
        ((), [], False),
        ((2, 4), [[(0, 2), (0, 3)], [(0, 2), (3, 1)]], True),
        ((2, 4), [[(0, 1), (0, 4)], [(0, 1), (0, 4)]], False),  # one twice
        ((2, 2), [[(0, 1), (0, 1)], [(1, 1), (1, 1)], [(0, 1), (1, 1)]], False),  # a cell lacks
        ((2, 2), [[(0, 1), (0, 1)], [(1, 1), (1, 1)], [(0, 1), (1, 1)], [(1, 1), (0, 1)]], True),
        ((2, 2), [[(0, 2)]], False),
    ],
)
def test_blocks_are_the_cells_of_a_grid(shape, blocks, whole):
    assert _pieces._covered(shape, [block(*axes) for axes in blocks]) is whole


def test_flat_checkpoints_and_values_that_are_no_tensors(tmp_path):
    flat = tmp_path / "flat"
    dcp.save({"a": torch.ones(2, 3), "b": torch.zeros(1)}, checkpoint_id=flat)
    same(load_file(loadstone.fix(flat).wrote[0]), {"a": torch.ones(2, 3), "b": torch.zeros(1)})
    mixed = tmp_path / "mixed"
    dcp.save({"model": {"a": torch.ones(2, 3), "_extra_state": {"x": 1}}}, checkpoint_id=mixed)
    report = loadstone.fix(mixed)
    assert report.wrote == ()
    assert report.found[0].finding.fix.safety == "unsafe"
    same(load_file(loadstone.fix(mixed, unsafe=True).wrote[0]), {"a": torch.ones(2, 3)})


def test_several_models_are_named(tmp_path, capsys):
    path = tmp_path / "gan"
    dcp.save({"G": {"a": torch.ones(2)}, "D": {"a": torch.zeros(2)}}, checkpoint_id=path)
    assert loadstone.fix(path).wrote == ()
    assert main(["check", str(path)]) == 1
    assert "`--entry`" in capsys.readouterr().out
    same(load_file(loadstone.fix(path, entry="D").wrote[0]), {"a": torch.zeros(2)})


def test_nothing_outside_the_folder_is_opened(tmp_path):
    path = tmp_path / "ckpt"
    dcp.save({"a": torch.ones(2)}, checkpoint_id=path)
    piece = path / "__0_0.distcp"
    data = (path / ".metadata").read_bytes()
    (path / ".metadata").write_bytes(data.replace(b"__0_0.distcp", b"../__0.other"))
    (tmp_path / "__0.other").write_bytes(piece.read_bytes())
    assert loadstone.fix(path).wrote == ()


def test_two_ways_to_one_name_are_no_state_dict(tmp_path):
    path = tmp_path / "twice"
    dcp.save({"a": {"x": torch.ones(2)}, "b": {"x": torch.zeros(2)}}, checkpoint_id=path)
    data = (path / ".metadata").read_bytes()
    assert data.count(b"\x8c\x01b") == 1  # the key of the second, where the paths are told
    (path / ".metadata").write_bytes(data.replace(b"\x8c\x01b", b"\x8c\x01a"))
    report = loadstone.fix(path, entry="a")
    assert report.wrote == ()
    assert [item.kind for item in report.artifact.damage] == ["malformed"]


def test_a_piece_that_repeats_its_numbers_is_refused_and_not_read(tmp_path):
    vast = torch.zeros(1).expand(1 << 20, 1 << 18)
    dcp.save({"w": vast[:1, :1]}, checkpoint_id=tmp_path / "vast", no_dist=True)
    place = tmp_path / "vast" / ".metadata"
    metadata = pickle.loads(place.read_bytes())
    ((index, info),) = metadata.storage_data.items()
    told = metadata.state_dict_metadata["w"]
    told.size = told.chunks[0].sizes = vast.shape
    torch.save(vast, tmp_path / "vast" / info.relative_path)
    info.offset, info.length = 0, (tmp_path / "vast" / info.relative_path).stat().st_size
    metadata.storage_data = {index: info}
    place.write_bytes(pickle.dumps(metadata))
    with pytest.raises(NotWhole, match="repeats 4 bytes"):
        readers.merged(str(tmp_path / "vast"), "")
