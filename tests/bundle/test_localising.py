"""Where predictions first became others: the preprocessing, a module's code, its weights."""

import json
import sys
import types
import warnings

import numpy as np
import pytest
import torch

import loadstone
from loadstone.cli import main
from loadstone.runtime import trace

NET = """
import torch
from torch import nn

VOCABULARY = {"<unk>": 0, "a": 1, "lovely": 2, "day": 3, "hello": 4, "world": 5}

def tokenize(text):
    return torch.tensor([VOCABULARY.get(word, 0) for word in text.split()])

class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, x):
        return x + self.down(torch.relu(self.up(self.norm(x))))

class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.embed = nn.Embedding(6, width)
        self.encoder = nn.ModuleList([Block(width) for _ in range(4)])
        self.head = nn.Linear(width, 2)
        self.register_buffer("scale", torch.arange(1.0, 1.0 + width), persistent=False)

    def forward(self, tokens):
        x = self.embed(tokens) * self.scale
        for block in self.encoder:
            x = block(x)
        return self.head(x.mean(dim=-2))
"""
EXAMPLES = ["hello world", "a lovely day", "a day"]


def module(source):
    """Return a module of this name that holds `source`, as a project's file would."""
    import linecache

    made = types.ModuleType("net_of_test")
    made.__file__ = "/project/net_of_test.py"
    linecache.cache[made.__file__] = (
        len(source),
        None,
        source.splitlines(keepends=True),
        made.__file__,
    )
    sys.modules["net_of_test"] = made
    exec(compile(source, made.__file__, "exec"), made.__dict__)
    return made


@pytest.fixture
def saved(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "net_of_test", None)
    now = module(NET)
    torch.manual_seed(0)
    path = tmp_path / "net"
    loadstone.save(
        now.Net().eval(), path, preprocess=now.tokenize, examples=EXAMPLES, forms=["native"]
    )
    return path


def checked(path, source, preprocess=None):
    """Return the report of the check with the code `source`, and the notes of its one finding."""
    now = module(source)
    report = loadstone.check(path, into=now.Net, preprocess=preprocess)
    return report, [note for item in report.errors for note in item.finding.notes]


def test_equal_code_is_not_localised(saved):
    report, _ = checked(saved, NET)
    assert report.verdict.predicts_the_same == "identical"
    assert report.replay.first is None
    assert not report.replay.kept


def test_changed_module_code(saved):
    changed = NET.replace("torch.relu(", "torch.tanh(")
    report, notes = checked(saved, changed)
    first = report.replay.first
    assert (first.what, first.module, first.changed) == ("in", "encoder.0.down", ())
    assert any("what goes into `encoder.0.down` is another" in note for note in notes)
    assert "it is computed by the code of `encoder.0`, which changed" in notes


def test_changed_code_after_the_modules_in_it(saved):
    report, notes = checked(saved, NET.replace("return x + self.down", "return x - self.down"))
    first = report.replay.first
    assert (first.what, first.module, first.inside, first.changed) == ("out", "encoder.0", True, ())
    assert any(
        "its weights are equal, and the modules in it give what they gave: its code changed" in note
        for note in notes
    )
    kept = {item.name: np.load(item) for item in saved.parent.glob("net.differs-*/*.npy")}
    assert {"encoder.0.out.0.now.npy", "encoder.0.out.0.recorded.npy"} < set(kept)
    now, before = kept["encoder.0.out.0.now.npy"], kept["encoder.0.out.0.recorded.npy"]
    assert now.shape == before.shape
    assert np.abs(now - before).max() == pytest.approx(first.difference)
    assert np.abs(kept["model.now.npy"] - kept["model.recorded.npy"]).max() > 0


def test_a_layer_that_is_another_with_the_same_weights(saved):
    report, _ = checked(saved, NET.replace("nn.LayerNorm(width)", "nn.LayerNorm(width, eps=0.1)"))
    first = report.replay.first
    assert (first.what, first.module, first.changed) == ("out", "encoder.0.norm", ())
    assert not first.inside


def test_changed_tensor_that_no_state_dict_holds(saved):
    report, notes = checked(
        saved, NET.replace("torch.arange(1.0, 1.0 + width)", "torch.ones(width)")
    )
    first = report.replay.first
    assert (first.what, first.module, first.changed) == ("in", "encoder.0", ("scale",))
    assert "weights that it is computed with are others: `scale`" in notes


def test_changed_weights(saved):
    held = saved / "forms/model.safetensors"
    data = bytearray(held.read_bytes())
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    key = next(name for name in header if name.endswith("encoder.2.up.weight"))
    at = 8 + size + header[key]["data_offsets"][0]
    data[at : at + 4] = np.float32(7.5).tobytes()
    held.write_bytes(data)
    report = loadstone.check(saved)
    first = report.replay.first
    assert (first.what, first.module, first.changed) == (
        "out",
        "encoder.2.up",
        ("encoder.2.up.weight",),
    )


def test_changed_tokenizer(saved):
    changed = NET.replace('"day": 3, "hello": 4', '"day": 4, "hello": 3')
    now = module(changed)
    report = loadstone.check(saved, preprocess=now.tokenize)
    assert [item.check.code for item in report.errors] == ["LS500"]
    assert report.replay.first is None  # the model gives what it gave for what was recorded
    kept = {item.name for item in saved.parent.glob("net.differs-*/*.npy")}
    assert "preprocess.now.0.npy" in kept
    assert "model.now.npy" not in kept


def test_a_changed_postprocessing_by_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "net_of_test", None)
    names = (
        '\nNAMES = ["bad", "good"]\n\ndef named(scores):\n    return NAMES[int(scores.argmax())]\n'
    )
    now = module(NET + names)
    torch.manual_seed(0)
    path, steps = tmp_path / "net", {"preprocess": now.tokenize, "postprocess": now.named}
    loadstone.save(now.Net().eval(), path, **steps, examples=EXAMPLES, forms=["native"])
    (tmp_path / "turned.py").write_text(names.replace('"bad", "good"', '"good", "bad"'))
    monkeypatch.chdir(tmp_path)
    assert main(["check", "net", "--postprocess", "turned:named"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("error[LS518]: the labels are in another order than at save")
    assert "error[LS601]: the postprocessing differs on 3 of 3 witnesses" in shown
    assert "preprocess identical, model identical" in shown


def test_another_order_of_modules(saved):
    report, notes = checked(
        saved, NET.replace("for block in self.encoder:", "for block in self.encoder[::-1]:")
    )
    first = report.replay.first
    assert (first.what, first.module, first.now) == ("order", "encoder.0", "encoder.3")
    assert any("where `encoder.0` was called, `encoder.3` is called" in note for note in notes)
    report, _ = checked(saved, NET.replace("in self.encoder:", "in self.encoder[:3]:"))
    assert (report.replay.first.module, report.replay.first.now) == ("encoder.3", "head")


def test_the_same_differences_are_kept_once_and_nothing_is_written_over(saved):
    changed = NET.replace("return x + self.down", "return x - self.down")
    before = {item: item.read_bytes() for item in saved.rglob("*") if item.is_file()}
    first, _ = checked(saved, changed)
    again, _ = checked(saved, changed)
    assert first.replay.kept == again.replay.kept
    assert len(list(saved.parent.iterdir())) == 2
    assert before == {item: item.read_bytes() for item in saved.rglob("*") if item.is_file()}
    checked(saved, NET.replace("return x + self.down", "return self.down"))
    assert len(list(saved.parent.iterdir())) == 3


def test_a_place_that_takes_no_files(saved, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("loadstone.atomic.temporary", refuse)
    report, notes = checked(saved, NET.replace("return x + self.down", "return x - self.down"))
    assert not report.replay.kept
    assert not any("are kept in" in note for note in notes)
    assert report.replay.first.module == "encoder.0"


def test_a_record_that_was_edited_is_told(saved):
    (saved / trace.FILE).write_text("{}")
    report, notes = checked(saved, NET.replace("return x + self.down", "return x - self.down"))
    assert report.replay.first.what == "unknown"
    assert any("could not be followed" in note for note in notes)


def test_a_load_does_not_follow_what_predicts_the_same(saved, monkeypatch):
    def refuse(*_):
        raise AssertionError("the model was called module by module")

    monkeypatch.setattr("loadstone.runtime.watched.run", refuse)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loadstone.load(saved).predict("a day").shape == (2,)


def test_a_model_that_does_not_repeat_itself_has_no_record(tmp_path):
    class Noise(torch.nn.Linear):
        def forward(self, x):
            return super().forward(x) + torch.rand(())

    loadstone.save(
        Noise(3, 2).eval(),
        tmp_path / "net",
        examples=torch.ones(2, 3),
        forms=["native"],
        accept={"LS602": "it draws on purpose"},
    )
    assert not (tmp_path / "net" / trace.FILE).exists()


def test_a_record_that_was_cut_claims_nothing_of_the_rest(saved):
    told = json.loads((saved / trace.FILE).read_text())
    told.update(notes=told["notes"][:3], cut=True)
    (saved / trace.FILE).write_text(json.dumps(told))
    report, notes = checked(saved, NET.replace("return x + self.down", "return x - self.down"))
    assert report.replay.first.what == "unknown"
    assert any("only its first 3 calls were recorded" in note for note in notes)


def test_large_outputs_are_kept_in_part():
    record = trace.Trace()
    value = torch.arange(100_000, dtype=torch.float32)
    record.note("", "out", value)
    files = record.files({})
    assert len(files[trace.NUMBERS]) <= trace.SHARE
    following = trace.Following(json.loads(files[trace.FILE]), files[trace.NUMBERS])
    step = following.recorded[0]["leaves"][0]["step"]
    other = value.clone()
    other[step] += 1000.0
    following.note("", "out", other)
    assert following.beyond.difference == 1000.0
    assert f"out.0.recorded.every{step}" in following.beyond.arrays
    unseen = value.clone()
    unseen[step + 1] += 1000.0  # told by the digest alone: how far is not known
    following = trace.Following(json.loads(files[trace.FILE]), files[trace.NUMBERS])
    following.note("", "out", unseen)
    assert following.beyond is not None
    assert following.beyond.difference is None


def test_the_record_keeps_within_its_limits():
    record = trace.Trace()
    for at in range(trace.NOTES + 10):
        record.note(f"layer.{at}", "out", torch.rand(1000, dtype=torch.float64))
    assert len(record.notes) == trace.NOTES
    assert record.cut
    assert len(record.numbers) <= trace.BYTES


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_layers_of_keras(tmp_path):
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    given = keras.Input((4,))
    dense = keras.layers.Dense
    inner = keras.Sequential([dense(5, name="wide"), dense(4, name="narrow")], name="encoder")
    model = keras.Model(given, dense(2, name="head")(inner(given) + given))
    x = np.random.default_rng(0).random((5, 4)).astype("float32")
    path = tmp_path / "net"
    loadstone.save(model, path, examples=x, forms=["native"])
    assert loadstone.check(path).replay.first is None
    inner.get_layer("narrow").bias.assign([1.0, 0.0, 0.0, 0.0])
    model.save(tmp_path / "other.keras")
    (path / "forms/model.keras").write_bytes((tmp_path / "other.keras").read_bytes())
    first = loadstone.check(path).replay.first
    assert (first.what, first.module) == ("out", "encoder/narrow")
    assert first.changed == ("encoder/narrow/bias1",)
    assert first.difference == pytest.approx(1.0)
    assert [name for name in vars(inner.get_layer("narrow")) if name == "call"] == []


def test_a_load_that_fails_names_what_keeps_the_arrays(saved):
    other = module(NET.replace('"day": 3, "hello": 4', '"day": 4, "hello": 3'))
    with pytest.raises(loadstone.LoadError, match="keeps the arrays that differ"):
        loadstone.load(saved, preprocess=other.tokenize)
    assert not list(saved.parent.glob("net.differs-*"))
