"""Saving: what is measured, what is refused, and that nothing is left or changed."""

import copy
import os
import random
import zipfile

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import loadstone
import loadstone.errors
from loadstone.errors import UsageError
from loadstone.readers import tensor_bytes
from loadstone.runtime.files import Files


class Net(nn.Module):
    def __init__(self, double=False):  # noqa: FBT002 - called with its name or not at all
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.norm = nn.BatchNorm1d(5)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(5, 2)
        self.double = double

    def forward(self, x):
        x = self.drop(torch.relu(self.norm(self.fc1(x))))
        return self.fc2(x * 2 if self.double else x)


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(10, 4), Careless())
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.inner(x))


class Careless(nn.Module):
    def forward(self, x):
        return functional.dropout(x)


@pytest.fixture
def x():
    return torch.randn(4, 10, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Net().eval()


def save(model, path, **options):
    return loadstone.save(model, path, **{"forms": ["native"], **options})


def test_both_forms_predict_the_same(model, x, tmp_path):
    report = loadstone.save(model, tmp_path / "net.lode", examples=x)
    assert report.verdict.predicts_the_same == "identical"
    assert report.replay.where == "a clean process"
    files = Files(str(tmp_path / "net.lode"))
    assert [form["kind"] for form in files.manifest["forms"]] == ["native", "program"]
    predictor = loadstone.load(tmp_path / "net.lode")
    assert torch.equal(predictor.predict(x), model(x))
    assert type(predictor.model).__name__ == "Net"
    assert not predictor.model.training


def test_single_file_is_aligned_and_stored(model, x, tmp_path):
    save(model, tmp_path / "net.lode", examples=x)
    with zipfile.ZipFile(tmp_path / "net.lode") as archive:
        assert archive.namelist()[0] == "loadstone.json"
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    files = Files(str(tmp_path / "net.lode"))
    starts = {
        start % 64 for name, (_, start, _) in files.places.items() if name != "loadstone.json"
    }
    assert starts == {0}


def test_answers_in_kind(model, x, tmp_path):
    save(model, tmp_path / "net", examples=x.numpy())
    predictor = loadstone.load(tmp_path / "net")
    expected = model(x).detach().numpy()
    assert isinstance(predictor.predict(x.numpy()), np.ndarray)
    np.testing.assert_array_equal(predictor.predict(x.numpy()), expected)
    assert predictor.predict(x.numpy()[0]).shape == (2,)
    assert isinstance(predictor.predict(x), torch.Tensor)
    assert predictor.predict(x.tolist()).shape == (4, 2)
    assert predictor.predict(x[0].tolist()).shape == (2,)
    assert predictor.predict(x.double().numpy()).shape == (4, 2)


def test_the_model_is_left_as_it_was(x, tmp_path):
    model = Net()
    model.fc1.weight.grad = torch.ones_like(model.fc1.weight)
    model.fc2.eval()
    before = copy.deepcopy(model.state_dict())
    states = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002 - the user's code may use the global one
    with pytest.warns(loadstone.errors.SaveWarning, match="training mode"):
        save(model, tmp_path / "net.lode", examples=x)
    assert model.training
    assert not model.fc2.training
    assert torch.equal(model.fc1.weight.grad, torch.ones_like(model.fc1.weight))
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key]), key
    assert torch.equal(torch.get_rng_state(), states[0])
    assert np.random.get_state()[1].tolist() == states[1]  # noqa: NPY002 - the user's code may use the global one
    assert random.getstate() == states[2]


def test_dropout_left_on_is_found(x, tmp_path):
    with pytest.warns(loadstone.errors.SaveWarning, match="LS603: .*training mode.*differ by"):
        report = save(Net(), tmp_path / "net.lode", examples=x)
    assert "LS603" in {item.check.code for item in report.found}


def test_model_that_does_not_repeat_is_refused(x, tmp_path):
    with pytest.raises(loadstone.SaveError) as error:
        save(Noisy().eval(), tmp_path / "net.lode", examples=x)
    assert "inner.1" in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_changed_constructor_flag_is_found(model, x, tmp_path):
    from loadstone.bundle.load import load
    from loadstone.core.facts import Construction

    save(model, tmp_path / "net.lode", examples=x)
    assert loadstone.load(tmp_path / "net.lode", into=Net).report.verdict.loads == "yes"
    with pytest.raises(loadstone.LoadError):
        loadstone.load(tmp_path / "net.lode", into=lambda: Net(double=True))
    loaded = load(str(tmp_path / "net.lode"), into=lambda: Net(double=True))
    (change,) = loaded.facts[Construction].changes
    assert (change.module, change.name, change.saved, change.now) == ("", "double", "False", "True")


def test_expected_outputs(model, x, tmp_path):
    expected = model(x).detach().numpy()
    report = save(model, tmp_path / "net.lode", examples=(x.numpy(), expected))
    assert report.verdict.predicts_the_same == "identical"
    with pytest.raises(loadstone.SaveError):
        save(model, tmp_path / "other.lode", examples=(x.numpy(), expected + 1))
    assert not (tmp_path / "other.lode").exists()


def test_without_examples_nothing_is_proved(model, x, tmp_path):
    report = save(model, tmp_path / "net.lode")
    assert report.verdict.predicts_the_same == "unproven"
    predictor = loadstone.load(tmp_path / "net.lode")
    assert torch.equal(predictor.predict(x), model(x))


def test_steps_of_one_input_and_of_a_batch(model, x, tmp_path):
    rows = x.tolist()
    for number, preprocess in enumerate((torch.tensor, _one_batch)):
        path = tmp_path / f"net{number}.lode"
        save(model, path, preprocess=preprocess, postprocess=_best, examples=rows)
        predictor = loadstone.load(path)
        best = model(x).argmax(dim=1).tolist()
        assert predictor.predict(rows) == best
        assert predictor.predict(rows[0]) == best[0]


def _one_batch(rows):
    return torch.stack([torch.tensor(row) for row in rows])


def _best(scores):
    return int(scores.argmax())


def test_ambiguous_preprocessing_is_asked_about(model, x, tmp_path):
    with pytest.raises(UsageError, match="batched="):
        save(model, tmp_path / "net.lode", preprocess=_centred, examples=x)
    save(model, tmp_path / "net.lode", preprocess=_centred, examples=x, batched=False)
    assert Files(str(tmp_path / "net.lode")).manifest["plan"]["preprocess"] == "one"


def _centred(rows):
    return rows - rows.mean()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"examples": torch.randn(4, 9)}, "mat1 and mat2"),
        ({"examples": torch.randn(4, 10), "preprocess": lambda row: row.absent}, "absent"),
        ({"examples": 5}, "a `int` was given"),
        ({"examples": []}, "empty"),
        ({"examples": (torch.randn(4, 10), [1])}, "4 inputs and 1"),
        ({"preprocess": "tokenize"}, "cannot be called"),
        ({"forms": ["onnx"]}, "onnx"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(model, tmp_path, options, message):
    with pytest.raises(UsageError, match=message):
        save(model, tmp_path / "net.lode", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "numbers", [np.ones((2, 10), int), np.ones((2, 10)), torch.ones(2, 10).int(), [[1] * 10] * 2]
)
def test_numbers_are_cast_to_what_the_model_takes(numbers, model, tmp_path):
    with pytest.raises(RuntimeError, match="dtype"):
        model(torch.as_tensor(numbers))
    save(model, tmp_path / "net.lode", examples=numbers)
    predictor = loadstone.load(tmp_path / "net.lode")
    expected = model(torch.ones(2, 10)).detach().numpy()
    assert np.array_equal(predictor.predict(np.ones((2, 10), "float32")), expected)


def test_the_width_is_blamed_and_not_the_dtype(model, tmp_path):
    with pytest.raises(UsageError, match="shapes cannot be multiplied"):
        save(model, tmp_path / "net.lode", examples=np.ones((2, 3), int))


class Partly(nn.Module):
    def __init__(self, rest):
        super().__init__()
        self.fc = nn.Linear(10, 3)
        self.rest = rest

    def forward(self, x):
        if self.rest == "list":
            return [self.fc(x), x]
        return (self.fc(x), None) if self.rest == "tuple" else {"logits": self.fc(x), "loss": None}


@pytest.mark.parametrize("rest", ["tuple", "dict"])
@pytest.mark.parametrize("preprocess", [None, lambda row: row * 2])
def test_an_output_may_be_none(rest, preprocess, x, tmp_path):
    model = Partly(rest).eval()
    save(model, tmp_path / "net.lode", examples=x, preprocess=preprocess)
    predictor = loadstone.load(tmp_path / "net.lode")
    expected = model(x if preprocess is None else x * 2)
    first, last = predictor.predict(x) if rest == "tuple" else predictor.predict(x).values()
    assert last is None
    assert torch.allclose(first, expected[0] if rest == "tuple" else expected["logits"])


def test_a_list_of_outputs_is_no_batch(x, tmp_path):
    with pytest.raises(UsageError, match=r"outputs .* a list of 2 for 4 inputs"):
        save(Partly("list").eval(), tmp_path / "net.lode", examples=x)


def test_existing_paths_are_refused(model, tmp_path):
    (tmp_path / "net.lode").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        save(model, tmp_path / "net.lode")
    assert (tmp_path / "net.lode").read_text() == "mine"
    with pytest.raises(UsageError, match="does not exist"):
        save(model, tmp_path / "absent" / "net.lode")


def test_an_interrupt_leaves_nothing(model, x, tmp_path, monkeypatch):
    from loadstone.bundle import save as saving

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(saving, "rehearse", interrupt)
    for path in (tmp_path / "net.lode", tmp_path / "net"):
        with pytest.raises(KeyboardInterrupt):
            save(model, path, examples=x)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(python, tmp_path):
    out = python(
        """
        import os, resource, signal
        import torch, loadstone
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        model = torch.nn.Linear(400, 400).eval()
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        for path in ("net.lode", "net"):
            try:
                loadstone.save(model, path, examples=torch.randn(2, 400), forms=["native"])
            except OSError as error:
                print(type(error).__name__, sorted(os.listdir(".")))
                print(error.filename == os.getcwd())
        """
    )
    assert out.splitlines() == ["OSError ['script.py']", "True"] * 2


def test_tied_weights_are_stored_once(tmp_path):
    model = nn.Sequential(nn.Embedding(50, 8), nn.Linear(8, 50, bias=False)).eval()
    model[1].weight = model[0].weight
    save(model, tmp_path / "net", examples=torch.tensor([[1, 2], [3, 4]]))
    assert (tmp_path / "net/forms/model.safetensors").stat().st_size < 50 * 8 * 4 + 300
    loaded = loadstone.load(tmp_path / "net").model
    assert loaded[0].weight is loaded[1].weight


def test_lengths_that_differ_are_predicted_alike(tmp_path):
    model = nn.EmbeddingBag(30, 4).eval()
    examples = ["a b c", "a", "b c", "d e"]
    save(model, tmp_path / "net.lode", preprocess=_codes, examples=examples)
    predictor = loadstone.load(tmp_path / "net.lode")
    assert predictor.predict(["a b", "c"]).shape == (2, 4)
    assert predictor.predict("a b").shape == (4,)


def _codes(text):
    return torch.tensor([ord(letter) % 30 for letter in text if letter != " "])


@pytest.mark.parametrize("folder", [False, True])
def test_a_bundle_is_inspected_without_torch(model, x, tmp_path, folder):
    place = tmp_path / ("net" if folder else "net.lode")
    save(model, place, examples=x)
    artifact = loadstone.inspect(place)
    assert (artifact.format, artifact.content) == ("loadstone", "bundle")
    assert artifact.producer["torch"] == torch.__version__
    assert artifact.detail["witnesses"] == len(x)
    state = model.state_dict()
    found = artifact.state_dicts[0].tensors
    assert {key: fact.shape for key, fact in found.items()} == {
        key: tuple(value.shape) for key, value in state.items()
    }
    for key, fact in found.items():
        data = b"".join(tensor_bytes(place, fact))
        assert data == state[key].numpy().tobytes()
    (signature,) = artifact.signatures
    assert signature.inputs[0].dtype == "float32"


def test_a_loaded_model_is_saved_again(model, x, tmp_path):
    save(model, tmp_path / "net.lode", examples=x)
    again = loadstone.load(tmp_path / "net.lode").model
    with torch.no_grad():
        again.fc1.weight += 1
    save(again, tmp_path / "tuned.lode", examples=x)
    tuned = loadstone.load(tmp_path / "tuned.lode")
    assert tuned.report.verdict.predicts_the_same == "identical"
    with torch.no_grad():
        assert torch.equal(tuned.predict(x), again(x))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch.compile's own imports
@pytest.mark.parametrize("wrap", [torch.compile, torch.nn.DataParallel])
def test_a_wrapper_is_left_out(model, x, tmp_path, wrap):
    save(wrap(model), tmp_path / "net.lode", examples=x)
    assert set(loadstone.load(tmp_path / "net.lode").model.state_dict()) == set(model.state_dict())


def test_lazy_layers_have_nothing_to_save(x, tmp_path):
    with pytest.raises(UsageError, match="call it once"):
        save(torch.nn.LazyLinear(2), tmp_path / "net.lode", examples=x)


def scaled(x):
    return x * float(os.environ["LOADSTONE_TEST_SCALE"])


def test_a_variable_of_the_environment_is_not_there_elsewhere(model, x, tmp_path, monkeypatch):
    monkeypatch.setenv("LOADSTONE_TEST_SCALE", "2")
    with pytest.raises(loadstone.SaveError, match="LOADSTONE_TEST_SCALE"):
        save(model, tmp_path / "net.lode", preprocess=scaled, examples=x)
    assert list(tmp_path.iterdir()) == []
