"""Models on a real GPU: saved there and loaded on the CPU, and the other way round.

Nothing here runs on a machine without one.
"""

import copy
import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch
from torch import nn

import loadstone

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


class Convolved(nn.Module):
    """Convolutions, which TF32 moves, a running mean, and a mask that is an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 32, 3), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU()
        )
        self.head = nn.Linear(64, 5)
        self.mask = torch.tensor([1.0, 0.0, 1.0, 1.0, 1.0])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(x).mean((2, 3))) * self.mask.to(x.device)


class Named(nn.Module):
    """Makes tensors on the device that it names, and holds one as an attribute."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device
        self.where = torch.device(device)
        self.fc = nn.Linear(4, 4)
        self.loose = torch.arange(4.0, device=device)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shift = torch.ones(4, device=self.device) + torch.ones(4, device=self.where)
        return self.fc(x) + shift + self.loose


class Fixed(nn.Module):
    """Makes a tensor on a device that stands in the code."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(x.cuda()) + torch.ones(4, device="cuda")


def to_gpu(rows: list) -> torch.Tensor:
    """Prepare as a script that trains on a GPU does."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.tensor(rows, dtype=torch.float32, device=device)


def to_gpu_always(rows: list) -> torch.Tensor:
    """Prepare as a script does that was only ever run on a GPU."""
    return torch.tensor(rows, dtype=torch.float32).cuda()


def transformer() -> nn.Module:
    layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, dropout=0.0)
    return nn.Sequential(nn.Linear(6, 32), nn.TransformerEncoder(layer, 2), nn.Linear(32, 3))


class Recurrent(nn.Module):
    """An LSTM, whose kernels on a GPU are cuDNN's."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 32, 2, batch_first=True)
        self.head = nn.Linear(32, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(x)[0][:, -1])


NETS = {
    "convolved": (Convolved, (4, 3, 24, 24)),
    "transformer": (transformer, (4, 7, 6)),
    "recurrent": (Recurrent, (4, 7, 6)),
    "mlp": (lambda: nn.Sequential(nn.Linear(64, 256), nn.GELU(), nn.Linear(256, 8)), (16, 64)),
}


def made(name: str) -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    make, shape = NETS[name]
    return make().eval(), torch.randn(shape)


def words(report) -> set[str]:
    return {item.check.code for item in report.found}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("where", ["cpu", "cuda"])
@pytest.mark.parametrize("form", ["native", "program"])
def test_saved_anywhere_loads_anywhere(tmp_path, name, where, form):
    model, x = made(name)
    expected = model(x).detach()
    model.to(where)
    saved = loadstone.save(model, tmp_path / "m", examples=x, forms=[form])
    assert not saved.errors
    assert next(model.parameters()).device.type == where
    devices = (None, "cpu", "cuda", "cuda:0")
    if (form, name) == ("program", "transformer"):  # its graph is for the layouts of CPU kernels
        devices = (None, "cpu")
    for device in devices:
        loaded = loadstone.load(tmp_path / "m", device=device)
        assert loaded.report.verdict.predicts_the_same in ("identical", "within tolerance")
        kind = "cuda" if device and device.startswith("cuda") else "cpu"
        assert {tensor.device.type for tensor in loaded.model.parameters()} == {kind}
        answer = loaded.predict(x)
        assert answer.device.type == "cpu"
        assert torch.allclose(answer, expected, atol=1e-4)


def test_nothing_of_a_model_on_a_gpu_is_moved(tmp_path):
    model, x = made("convolved")
    model.cuda().train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with torch.no_grad():
        copy.deepcopy(model).eval()(x.cuda())  # kernels have memory of their own from here on
    held = torch.cuda.memory_allocated()
    loadstone.save(model, tmp_path / "m", examples=x, forms=["native"])
    assert model.training
    assert torch.cuda.memory_allocated() <= held + (1 << 20)
    after = model.state_dict()
    assert all(torch.equal(after[key], before[key]) for key in before)
    assert {value.device.type for value in after.values()} == {"cuda"}


def test_examples_and_expected_outputs_of_the_gpu(tmp_path):
    model, x = made("convolved")
    model.cuda()
    with torch.no_grad():
        outputs = model(x.cuda())  # in TF32, as torch does it unless it is told
    report = loadstone.save(model, tmp_path / "m", examples=(x.cuda(), outputs), forms=["native"])
    assert not report.errors
    loaded = loadstone.load(tmp_path / "m")
    assert torch.allclose(loaded.predict(x.cuda()), outputs.cpu(), atol=1e-2)


def test_the_devices_that_a_module_names_follow_it(tmp_path):
    model = Named("cuda").to("cuda").eval()
    x = torch.randn(3, 4)
    expected = model(x.cuda()).detach().cpu()
    loadstone.save(model, tmp_path / "m", examples=x, forms=["native"])
    for device in (None, "cuda"):
        loaded = loadstone.load(tmp_path / "m", device=device)
        assert torch.allclose(loaded.predict(x), expected, atol=1e-5)
    assert model.device == "cuda"
    assert model.loose.device.type == "cuda"


def test_it_predicts_in_a_process_that_sees_no_gpu(tmp_path):
    model = Named("cuda").to("cuda").eval()
    x = torch.randn(3, 4)
    loadstone.save(model, tmp_path / "m", examples=x, preprocess=None)
    np.save(tmp_path / "x.npy", x.numpy())
    script = textwrap.dedent("""
        import sys, numpy, torch, loadstone
        assert not torch.cuda.is_available()
        loaded = loadstone.load(sys.argv[1])
        numpy.save(sys.argv[3], loaded.predict(torch.from_numpy(numpy.load(sys.argv[2]))).numpy())
        print(loaded.report.verdict.predicts_the_same)
    """)
    paths = [str(tmp_path / name) for name in ("m", "x.npy", "y.npy")]
    done = subprocess.run(
        [sys.executable, "-c", script, *paths],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert np.allclose(np.load(paths[2]), model(x.cuda()).detach().cpu().numpy(), atol=1e-5)


def test_a_preprocessing_that_prefers_the_gpu(tmp_path):
    model = nn.Linear(4, 2).cuda().eval()
    rows = [[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]]
    report = loadstone.save(model, tmp_path / "m", examples=rows, preprocess=to_gpu)
    assert not report.errors
    assert "LS619" not in words(report)
    expected = model(torch.tensor(rows).cuda()).detach().cpu()
    for device in (None, "cuda"):
        got = loadstone.load(tmp_path / "m", device=device).predict(rows)
        assert np.allclose(np.asarray(torch.as_tensor(got)), expected, atol=1e-5)


def test_a_preprocessing_that_needs_a_gpu_is_found_out(tmp_path):
    model = nn.Linear(4, 2).cuda().eval()
    rows = [[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]]
    report = loadstone.save(model, tmp_path / "m", examples=rows, preprocess=to_gpu_always)
    found = [item.finding for item in report.found if item.check.code == "LS619"]
    assert len(found) == 1
    assert "No CUDA GPUs are available" in found[0].notes[0]
    got = loadstone.load(tmp_path / "m").predict(rows)
    expected = model(to_gpu_always(rows)).detach().cpu()
    assert torch.allclose(torch.as_tensor(got), expected, atol=1e-5)


def test_a_model_that_computes_on_a_gpu_only_is_refused(tmp_path):
    with pytest.raises(loadstone.UsageError, match="a copy of it on the CPU, where it is recorded"):
        loadstone.save(Fixed().cuda().eval(), tmp_path / "m", examples=torch.randn(2, 4))
    assert not (tmp_path / "m").exists()


def test_wrapped_and_half(tmp_path):
    x = torch.randn(4, 8)
    model = (
        nn.DataParallel(nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))).cuda().eval()
    )
    report = loadstone.save(model, tmp_path / "wrapped", examples=x)
    assert not report.errors
    expected = model(x.cuda()).detach().cpu()
    assert torch.allclose(loadstone.load(tmp_path / "wrapped").predict(x), expected, atol=1e-5)
    for dtype in (torch.float16, torch.bfloat16):
        half = copy.deepcopy(model.module).to(dtype)
        place = tmp_path / str(dtype)
        report = loadstone.save(half, place, examples=x.to(dtype))
        assert not report.errors
        for device in (None, "cuda"):
            loaded = loadstone.load(place, device=device)
            assert loaded.report.verdict.predicts_the_same in ("identical", "within tolerance")


def test_weights_of_the_gpu_are_loaded_into_a_class_on_either(tmp_path):
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).cuda()
    torch.save({"model": model.state_dict(), "epoch": 3}, tmp_path / "m.pt")
    x = torch.randn(2, 4)
    for device in (None, "cuda"):
        target = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
        loaded = loadstone.load(tmp_path / "m.pt", into=target, fix="safe", device=device)
        assert torch.allclose(loaded.predict(x), model(x.cuda()).detach().cpu(), atol=1e-5)


KERAS = """
import os, sys
os.environ["KERAS_BACKEND"] = sys.argv[2]
import numpy as np
import loadstone
x = np.load(sys.argv[3])
if sys.argv[1] == "save":
    import keras
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(32, 3), layers.ReLU(),
        layers.Conv2D(32, 3), layers.GlobalAveragePooling2D(), layers.Dense(4, "softmax")])
    loadstone.save(model, sys.argv[4], examples=x, forms=["native"])
loaded = loadstone.load(sys.argv[4])
np.save(sys.argv[5], loaded.predict(x))
print(loaded.report.verdict.predicts_the_same)
"""


@pytest.mark.parametrize("first", ["gpu", "cpu"])
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_keras_saved_on_one_is_predicted_on_the_other(tmp_path, backend, first):
    pytest.importorskip("keras")
    pytest.importorskip(backend)
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((4, 16, 16, 3), "float32"))
    x, bundle, out = (str(tmp_path / name) for name in ("x.npy", "m", "y.npy"))
    hidden = {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    shared = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
    answers = []
    for verb, where in (("save", first), ("load", "cpu" if first == "gpu" else "gpu")):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", KERAS, verb, backend, x, bundle, out],
            env={**os.environ, **shared, **(hidden if where == "cpu" else {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().endswith(("identical", "within tolerance"))
        answers.append(np.load(out))
    assert np.allclose(*answers, atol=1e-5)


@pytest.mark.parametrize("where", ["cpu", "cuda"])
def test_a_pipeline_and_a_pair_of_transformers(tmp_path, where):
    transformers = pytest.importorskip("transformers")
    image = pytest.importorskip("PIL.Image")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "a"]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    tokenizer = transformers.BertTokenizerFast(str(tmp_path / "vocab.txt"))
    torch.manual_seed(0)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = transformers.BertConfig(vocab_size=len(words), intermediate_size=64, **small)
    model = transformers.BertForSequenceClassification(config).eval().to(where)
    pipeline = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer)
    report = loadstone.save(pipeline, tmp_path / "text", examples=["a good film", "a bad film"])
    assert not report.errors
    loaded = loadstone.load(tmp_path / "text")
    assert loaded.report.verdict.predicts_the_same in ("identical", "within tolerance")
    config = transformers.ViTConfig(image_size=32, patch_size=8, intermediate_size=64, **small)
    model = transformers.ViTForImageClassification(config).eval().to(where)
    processor = transformers.ViTImageProcessor(size={"height": 32, "width": 32})
    noise = np.random.default_rng(0).integers(0, 255, (2, 40, 40, 3), dtype="uint8")
    pictures = [image.fromarray(item) for item in noise]
    report = loadstone.save((model, processor), tmp_path / "seen", examples=pictures)
    assert not report.errors
    loaded = loadstone.load(tmp_path / "seen")
    assert loaded.report.verdict.predicts_the_same in ("identical", "within tolerance")
