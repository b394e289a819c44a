"""What a save refuses because it would not be there elsewhere, with the way to supply it."""

import signal
import subprocess
import sys
import time
import types

import pytest
import torch
from torch import nn

import loadstone
from loadstone.errors import SaveError, UsageError

SAVE = {"forms": ["native"]}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 2)

    def forward(self, x):
        return self.fc(x)


class Noisy(Net):
    def forward(self, x):
        return self.fc(x) + torch.rand(1)


def tripled(self, x):
    return self.fc(x) * 3


def nothing(_text):
    return None


def letters(text):
    return set(text.lower())


def reads_text(text):
    if text.lower() == "boom":
        raise ValueError("not this one")
    return torch.ones(5)


@pytest.fixture
def x():
    return torch.randn(3, 5, generator=torch.Generator().manual_seed(0))


FILES = """
import os, torch, loadstone
here = os.path.dirname(os.path.abspath(__file__))

def named(text):
    with open(os.path.join(here, "words.txt")) as file:
        words = file.read().split()
    return torch.tensor([float(word in text.split()) for word in words])

def loaded(text):
    path = os.path.join(here, "words.pt")
    return len(text.lower()) * torch.ones(2) * torch.load(path)

def imported(text):
    import sys
    sys.path.insert(0, here)
    return len(text.lower()) * torch.ones(2) * getattr(__import__("own_" + "words"), "SIZE")

def own(text):
    import os, tempfile
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "text"), "w") as file:
            file.write(text)
        with open(os.path.join(folder, "text")) as file:
            length = len(file.read())
    with open(os.path.join("/etc", "passwd")) as system:
        return torch.tensor([float(length), float(bool(system.read()))])

open("words.txt", "w").write("hello world")
open("own_words.py", "w").write("SIZE = 3")
torch.save(torch.ones(1), "words.pt")
for function in (named, loaded, imported, own):
    try:
        report = loadstone.save(
            torch.nn.Linear(2, 2).eval(), function.__name__ + ".lode", preprocess=function,
            examples=["hello", "world"], forms=["native"],
        )
        print(function.__name__, report.verdict.predicts_the_same)
    except loadstone.SaveError as error:
        for item in error.report.errors:
            print(item.check.code, item.finding.message)
print(sorted(name for name in os.listdir(".") if "lode" in name))
"""


def test_a_file_that_code_opens_is_seen_by_the_rehearsal(python, tmp_path):
    place = tmp_path / "elsewhere"
    kept = "cannot be put into the bundle: it reads the file"
    assert python(FILES).splitlines() == [
        "named identical",
        "loaded identical",
        f'LS802 `imported` {kept} "{place / "own_words.py"}", which stays behind',
        "own identical",
        "['loaded.lode', 'named.lode', 'own.lode']",
    ]


def test_a_set_is_in_another_order_in_another_process(python):
    out = python(
        """
        import torch, loadstone
        KNOWN = set("abcdefghijklmnopqrstuvwxyz")
        def order(text):
            return torch.tensor([float(list(KNOWN).index(letter)) for letter in text])
        try:
            loadstone.save(
                torch.nn.Linear(3, 2).eval(), "net.lode", preprocess=order,
                examples=["abc", "xyz"], forms=["native"],
            )
        except loadstone.SaveError as error:
            print(error)
        """
    )
    assert "error[LS500]" in out
    assert "in another process" in " ".join(out.split())
    assert "the order of a set" in out
    assert "a sorted list" in out


def test_a_function_bound_to_the_model_comes_along(x, tmp_path):
    model = Net().eval()
    model.forward = types.MethodType(tripled, model)
    report = loadstone.save(model, tmp_path / "net.lode", examples=x, **SAVE)
    assert report.verdict.predicts_the_same == "identical"
    loaded = loadstone.load(tmp_path / "net.lode")
    assert torch.equal(loaded.predict(x), model(x))
    with torch.no_grad():
        loaded.model.fc.weight.zero_()
        loaded.model.fc.bias.zero_()
    assert not loaded.predict(x).any()


@pytest.mark.parametrize("way", ["closure", "default"])
def test_a_function_that_holds_the_model_is_refused_by_name(x, tmp_path, way):
    model = Net().eval()
    inner = model.fc
    model.forward = {"closure": lambda x: inner(x) * 5, "default": lambda x, inner=inner: inner(x)}[
        way
    ]
    with pytest.raises(SaveError) as error:
        loadstone.save(model, tmp_path / "net.lode", examples=x, **SAVE)
    (found,) = error.value.report.errors
    assert found.check.code == "LS802"
    assert "holds `inner`, a module of the model itself" in found.finding.message
    assert "types.MethodType" in found.finding.fix.title
    assert list(tmp_path.iterdir()) == []


def test_compiled_modules_inside_are_saved_without_the_wrapper(x, tmp_path):
    model = nn.Sequential(torch.compile(Net(), backend="eager"), nn.ReLU()).eval()
    plain = nn.Sequential(model[0]._orig_mod, nn.ReLU())
    loadstone.save(model, tmp_path / "net.lode", examples=x, **SAVE)
    loaded = loadstone.load(tmp_path / "net.lode")
    assert torch.equal(loaded.predict(x), plain(x))
    assert loaded.model.state_dict().keys() == plain.state_dict().keys()
    assert type(model[0]).__name__ == "OptimizedModule"


class Branching(Net):
    def forward(self, x):
        return self.fc(x) if x.sum() > 0 else -self.fc(x)


def test_a_failed_export_prints_nothing(x, tmp_path, capfd):
    loadstone.save(Branching().eval(), tmp_path / "net.lode", examples=x)
    assert capfd.readouterr() == ("", "")


def test_randomness_is_not_blamed_on_training_mode(x, tmp_path):
    with pytest.raises(SaveError) as error:
        loadstone.save(Noisy().train(), tmp_path / "net.lode", examples=x, **SAVE)
    assert [item.check.code for item in error.value.report.found] == ["LS602"]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (reads_text, r"`preprocess` .*ValueError: not this one \(example 2, 'boom'\)"),
        (nothing, r"`preprocess` .*it returns `None` \(example 1, 'hello'\)"),
        (letters, "`preprocess` .*of what it gives: `set` has no shape"),
    ],
)
def test_preprocessing_that_does_not_fit_is_named(tmp_path, step, words):
    texts = ["hello", "boom"]
    with pytest.raises(UsageError, match=words):
        loadstone.save(Net().eval(), tmp_path / "net.lode", preprocess=step, examples=texts)
    assert list(tmp_path.iterdir()) == []


SLOW = """
import signal, torch, loadstone
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where pytest runs in background
def slow(text):
    import time
    time.sleep(0.5)
    return len(text.lower()) * torch.ones(5)
loadstone.save(torch.nn.Linear(5, 2).eval(), "net.lode", preprocess=slow, examples=["a"])
"""


def test_an_interrupted_process_leaves_nothing(tmp_path):
    (tmp_path / "script.py").write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    while not list(tmp_path.glob(".net.lode.*")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == -signal.SIGINT, said
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]
