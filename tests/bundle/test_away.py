"""A bundle in another process: its own environment, where this one does not load it."""

import os
import sys
import types
import warnings

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone import LoadError, UsageError
from loadstone.bundle import away
from loadstone.environment import rebuild
from loadstone.environment.infer import infer
from loadstone.environment.wishes import Wishes
from loadstone.inputs.coverage import UnknownInput
from loadstone.runtime.pipeline import FailedError, Pipeline

VOCABULARY = {"hello": 1, "world": 2}


def indexes(text):
    words = text.split()
    if "crash" in words:
        os._exit(3)
    numbers = [VOCABULARY.get(word, 0) for word in words]
    return torch.tensor([*numbers, 0, 0][:2])


def label(row):
    return ["bad", "good"][int(row.argmax())]


class Texts(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(3, 4)
        self.head = nn.Linear(8, 2)

    def forward(self, numbers):
        return self.head(self.table(numbers).flatten(1))


@pytest.fixture(autouse=True)
def built(monkeypatch):
    """Take this interpreter for the environment that would be built, and note for what it is."""
    asked = []

    def isolated(artifact, wishes, locked=None):
        asked.append((artifact, wishes))
        return types.SimpleNamespace(python=sys.executable)

    monkeypatch.setattr(rebuild, "isolated", isolated)
    return asked


@pytest.fixture
def texts(tmp_path):
    torch.manual_seed(1)
    net = Texts().eval()
    examples = ["hello world", "world world", "world hello", "hello"]
    loadstone.save(
        net, tmp_path / "t.lode", preprocess=indexes, postprocess=label, examples=examples
    )
    return tmp_path / "t.lode"


@pytest.fixture
def absent(monkeypatch):
    """Let no model load in this process, as where its framework is not installed."""

    def load_model(self, forms=None):
        raise FailedError("model", "No module named 'torch'")

    monkeypatch.setattr(Pipeline, "load_model", load_model)


def test_the_save_notes_what_a_bundle_cannot_do_without(texts):
    needs = {
        item.distribution: item.specifier for item in infer(loadstone.inspect(texts)).requirements
    }
    version = torch.__version__.partition("+")[0]
    assert needs == {"torch": f"=={version}", "numpy": f"=={np.__version__}"}
    (python,) = infer(loadstone.inspect(texts)).python
    assert python.specifier == "=={}.{}.*".format(*sys.version_info)


def test_it_predicts_there_as_here(texts, built):
    here = loadstone.load(texts)
    with loadstone.load(texts, env="isolated") as there:
        assert there.model is None
        assert there.report.verdict.predicts_the_same == "identical"
        assert there.report.replay.where.startswith("Python 3.")
        rows = ["world hello", "hello", "world"]
        assert there.predict(rows) == here.predict(rows)
        assert there.predict("world") == here.predict("world")
    assert [artifact.name for artifact, _ in built] == ["t.lode"]


def test_unknown_tokens_are_told_as_here(texts):
    with loadstone.load(texts, env="isolated") as there:
        with pytest.warns(
            UnknownInput, match="`universe` is unknown to .* `VOCABULARY`: 1 of 2 tokens; 0% at"
        ):
            there.predict("hello universe")
        (item,) = there.coverage.lookups
        assert (item.looked_up, item.unknown, item.examples) == (2, 1, ("universe",))


def test_auto_goes_there_only_where_it_does_not_load_here(texts, built, absent):
    said = []
    with loadstone.load(texts, wishes=Wishes(say=said.append)) as there:
        assert there.predict("hello world") in ("bad", "good")
    assert said == [
        "using the environment of t.lode: the model does not load: No module named 'torch'"
    ]
    built.clear()
    with pytest.raises(LoadError, match="No module named 'torch'"):
        loadstone.load(texts, env="current")
    assert not built


def test_what_was_changed_is_not_taken_elsewhere(texts, built):
    data = bytearray(texts.read_bytes())
    at = data.index(b"'good'") if b"'good'" in data else data.index(b'"good"')
    data[at + 1 : at + 5] = b"gold"
    texts.write_bytes(data)
    for env, times in (("auto", 0), ("isolated", 1)):
        with pytest.raises(LoadError) as caught:
            loadstone.load(texts, env=env)
        assert [item.name for item in caught.value.report.bundle.changes] == ["code/test_away.py"]
        assert len(built) == times


def test_without_an_environment_the_error_says_both(texts, absent, monkeypatch):
    def isolated(artifact, wishes, locked=None):
        raise UsageError("there is no network")

    monkeypatch.setattr(rebuild, "isolated", isolated)
    with pytest.raises(LoadError, match=r"(?s)No module named 'torch'.*cannot be had: there is no"):
        loadstone.load(texts)


def test_inputs_that_do_not_fit_and_a_process_that_dies(texts):
    with loadstone.load(texts, env="isolated") as there:
        with pytest.raises(UsageError, match=r"row 2 of 2, .* cannot be predicted"):
            there.predict(["hello", 3])
        with pytest.raises(away.ProcessFailedError, match="exit code 3"):
            there.predict("crash")


def test_arrays_in_and_out(tmp_path):
    torch.manual_seed(2)
    net = nn.Linear(3, 2).eval()
    rows = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    loadstone.save(net, tmp_path / "net", examples=rows)
    with loadstone.load(tmp_path / "net", env="isolated") as there:
        found = there.predict(rows)
        assert isinstance(found, np.ndarray)
        assert np.array_equal(found, loadstone.load(tmp_path / "net").predict(rows))
        assert isinstance(there.predict(torch.from_numpy(rows)), torch.Tensor)
        with pytest.raises(UsageError, match="5×2 has 2 columns, and this model takes 3"):
            there.predict(rows[:, :2])


def test_outputs_are_arrays_where_torch_is_not_here(monkeypatch):
    tree = {"a": [{"$": "tensor", "dtype": "float32", "v": {"$": "array", "at": 0}}], "b": 1}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert away._readable(tree) == {"a": [{"$": "array", "at": 0}], "b": 1}


@pytest.mark.parametrize(
    "asked", [{"into": nn.Linear(3, 2)}, {"device": "cpu"}, {"preprocess": label}]
)
def test_what_only_this_environment_takes(texts, asked):
    with pytest.raises(UsageError, match="are for this environment"):
        loadstone.load(texts, env="isolated", **asked)


def test_closing_leaves_no_process(texts):
    there = loadstone.load(texts, env="isolated")
    process = there._steps._runtime._process
    there.close()
    assert process.poll() is not None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loadstone.load(texts).close()  # nothing to end


def test_a_signature_that_cannot_be_leaves_no_process(texts, monkeypatch):
    begun = []
    begin = away.begin
    monkeypatch.setattr(away, "begin", lambda *args: begun.append(begin(*args)) or begun[-1])
    with pytest.raises(UsageError, match="there is no input `nope`"):
        loadstone.load(texts, env="isolated", signature={"nope": {"missing": False}})
    assert [runtime._process.poll() is not None for runtime in begun] == [True]
