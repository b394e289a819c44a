"""What `loadstone scaffold` writes accepts the file it was written for."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations

from loadstone import readers
from loadstone.cli.main import main
from loadstone.core.facts import TensorFact
from loadstone.statedict.scaffold import UnwritableError, scaffold


class _Odd(nn.Module):
    """Names that are no identifiers, tensors of its own beside modules, gaps in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.add_module("class", nn.Linear(3, 2))
        self.add_module("a-b", nn.Linear(3, 2, bias=False))
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("mask", torch.zeros(2, dtype=torch.bool))
        self.parts = nn.ParameterList([torch.zeros(2), torch.zeros(3, 1)])
        self.named = nn.ParameterDict({"left": torch.zeros(4)})
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 4, (1, 5), groups=2)
        )
        self.many = nn.ModuleList([nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)) for _ in "abc"])
        self.normed = parametrizations.weight_norm(nn.Linear(4, 4))


class _Layers(nn.Module):
    """One of each layer that is told by its tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Conv1d(2, 4, 3)
        self.bn_one = nn.BatchNorm1d(4)
        self.three = nn.Conv3d(2, 4, 3, bias=False)
        self.bn_three = nn.BatchNorm3d(4, affine=False)
        self.up = nn.ConvTranspose2d(6, 2, 3)
        self.group = nn.GroupNorm(2, 4)
        self.rms = nn.RMSNorm(4)
        self.prelu = nn.PReLU()
        self.embedding = nn.Embedding(11, 4)
        self.table = nn.EmbeddingBag(11, 4)
        self.lstm = nn.LSTM(4, 5, num_layers=2, bidirectional=True)
        self.projected = nn.LSTM(4, 5, num_layers=2, proj_size=3)
        self.gru = nn.GRU(4, 5, bias=False)
        self.rnn = nn.RNN(4, 5)
        self.cell = nn.LSTMCell(4, 5)
        self.attention = nn.MultiheadAttention(8, 2)
        self.cross = nn.MultiheadAttention(8, 2, kdim=3, vdim=5)
        self.bilinear = nn.Bilinear(2, 3, 4)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2
        )


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scaffold_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "make",
    [
        _Odd,
        _Layers,
        lambda: nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1)),
        lambda: nn.Linear(4, 3),
        lambda: _Layers().half(),
    ],
)
@pytest.mark.parametrize("kind", ["torch", "safetensors", "checkpoint"])
def test_it_loads_the_file(make, kind: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    state = make().state_dict()
    name = "net.safetensors" if kind == "safetensors" else "net.pt"
    if kind == "torch":
        torch.save(state, name)
    elif kind == "checkpoint":
        torch.save({"epoch": 3, "state_dict": state}, name)
    else:
        safetensors.torch.save_file(state, name)

    assert main(["scaffold", name, "-o", "made.py"]) == 0

    loaded = _module(tmp_path / "made.py").load().state_dict()
    assert loaded.keys() == state.keys()
    assert {key: value.shape for key, value in loaded.items()} == {
        key: value.shape for key, value in state.items()
    }
    if kind != "checkpoint":
        accepted = ["--accept", "LS441=it was never trained"]
        assert main(["check", name, "--into", "made:Net", "--fail-on", "note", *accepted]) == 0
        sys.modules.pop("made", None)


def test_layers_are_those_of_torch(tmp_path: Path) -> None:
    torch.save(_Layers().state_dict(), tmp_path / "net.pt")
    (state,) = readers.read(str(tmp_path / "net.pt")).state_dicts

    text = scaffold(state.tensors)

    for line in (
        "nn.Conv1d(2, 4, 3)",
        "nn.BatchNorm1d(4)",
        "nn.Conv3d(2, 4, 3, bias=False)",
        "nn.BatchNorm3d(4, affine=False)",
        "nn.ConvTranspose2d(6, 2, 3)",
        "nn.Embedding(11, 4)",
        "nn.LSTM(4, 5, num_layers=2, bidirectional=True)",
        "nn.LSTM(4, 5, num_layers=2, proj_size=3)",
        "nn.GRU(4, 5, bias=False)",
        "nn.RNN(4, 5)",
        "nn.MultiheadAttention(8, 1)",
    ):
        assert f" = {line}" in text
    assert text.count("UNKNOWN: in which order the modules are used") == text.count("class ")


def test_a_table_without_bias_may_be_either_layer() -> None:
    text = scaffold({"head.weight": TensorFact("float32", (5, 4))})

    assert "self.head = nn.Linear(4, 5, bias=False)  # UNKNOWN: Linear or Embedding" in text


def test_nothing_is_written_over(tmp_path: Path, capsys) -> None:
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / "net.pt")
    (tmp_path / "made.py").write_text("mine")

    assert main(["scaffold", str(tmp_path / "net.pt"), "-o", str(tmp_path / "made.py")]) == 2

    assert (tmp_path / "made.py").read_text() == "mine"
    assert "exists already" in capsys.readouterr().err


def test_of_several_state_dicts_one_is_asked_for(tmp_path: Path, capsys) -> None:
    states = {name: nn.Linear(2, size).state_dict() for size, name in enumerate("ab", 1)}
    torch.save(states, tmp_path / "net.pt")

    assert main(["scaffold", str(tmp_path / "net.pt")]) == 2
    assert "`--entry` names one of `a`, `b`" in capsys.readouterr().err
    assert main(["scaffold", str(tmp_path / "net.pt"), "--entry", "b"]) == 0
    assert "torch.empty((2, 2), dtype=torch.float32)" in capsys.readouterr().out


def test_a_file_without_a_state_dict_is_refused(tmp_path: Path, capsys) -> None:
    (tmp_path / "x.json").write_text("{}")

    assert main(["scaffold", str(tmp_path / "x.json")]) == 2
    assert "holds no state dict of torch" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["a..b", "__class__.weight", "a.__dict__", ""])
def test_a_name_that_no_module_can_have_is_refused(key: str) -> None:
    with pytest.raises(UnwritableError, match="no module or parameter"):
        scaffold({key: TensorFact("float32", (1,))})


def test_what_no_model_is_nested_or_numbered_as_is_refused_or_named_as_it_is() -> None:
    deep = {".".join(["a"] * 3000): TensorFact("float32", (2,))}
    with pytest.raises(UnwritableError, match="lies in 2,999 modules"):
        scaffold(deep)
    for key in ("a." + "9" * 5000 + ".weight", "a.weight_ih_l" + "9" * 5000):
        assert key.split(".")[1] in scaffold({key: TensorFact("float32", (2, 3))})


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "complex64", "int8"])
def test_nothing_is_rounded_where_it_is_loaded(dtype: str) -> None:
    class Small(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(2, 3)
            self.norm = nn.BatchNorm1d(3)
            self.slope = nn.PReLU()

    state = {
        key: value.to(getattr(torch, dtype)) if value.dtype == torch.float32 else value
        for key, value in Small().state_dict().items()
    }
    facts = {
        key: TensorFact(str(value.dtype).removeprefix("torch."), tuple(value.shape))
        for key, value in state.items()
    }
    namespace: dict[str, Any] = {}
    exec(f"import torch\nfrom torch import nn\n{scaffold(facts)}", namespace)
    net = namespace["Net"]()
    net.load_state_dict(state, strict=True)

    assert {key: value.dtype for key, value in net.state_dict().items()} == {
        key: value.dtype for key, value in state.items()
    }


def _has(name: str, value: nn.Module | nn.Parameter) -> bool:
    """Whether a module can hold it under that name."""
    module = nn.Module()
    try:
        setattr(module, name, value)
        state = nn.Module.state_dict(module)
        nn.Module.load_state_dict(module, state)
    except Exception:  # noqa: BLE001 - whatever torch raises, it cannot
        return False
    return any(key.split(".")[0] == name for key in state)


def test_what_modules_have_themselves_is_refused_and_nothing_else() -> None:
    code = "from torch import nn; print(*dir(nn.Module()))"  # which libraries add to
    plain = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    fact = TensorFact("float32", (1,))
    for name in {name for name in plain.stdout.split() if not name.startswith("__")}:
        for key, value in ((name, nn.Parameter(torch.zeros(1))), (f"{name}.weight", nn.PReLU())):
            if _has(name, value):
                scaffold({key: fact})
            else:
                with pytest.raises(UnwritableError, match=name):
                    scaffold({key: fact})


def test_a_tensor_and_a_module_of_one_name_are_refused() -> None:
    fact = TensorFact("float32", (1,))
    for keys in (("a", "a.b"), ("a.b", "a")):
        with pytest.raises(UnwritableError, match="`a"):
            scaffold(dict.fromkeys(keys, fact))


_PART = st.sampled_from(
    ["w", "weight", "bias", "0", "1", "7", "in-put", "é", 'q"\n', "x y", "None"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.lists(_PART, min_size=1, max_size=4).map(".".join),
        st.builds(
            TensorFact,
            st.sampled_from(["float32", "float16", "int64", "bool", "bfloat16", "complex64"]),
            st.lists(st.integers(0, 3), max_size=5).map(tuple),
        ),
        max_size=8,
    )
)
def test_any_names_are_written_so_that_they_are_accepted(tensors: dict[str, TensorFact]) -> None:
    try:
        text = scaffold(tensors)
    except UnwritableError:
        return
    space: dict[str, object] = {"torch": torch, "nn": nn}
    exec(compile(text, "<scaffold>", "exec"), space)

    state = space["Net"]().state_dict()  # type: ignore[operator]

    assert {key: tuple(value.shape) for key, value in state.items()} == {
        key: fact.shape for key, fact in tensors.items()
    }


class _Whole(nn.Module):
    """Layers whose attributes a whole pickled model tells."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(4, 8, (3, 1), stride=2, padding=(1, 0), groups=2, bias=False),
            nn.BatchNorm2d(8, eps=1e-3, momentum=None),
            nn.LeakyReLU(0.2),
            nn.MaxPool2d(2),
            nn.ConvTranspose2d(8, 6, 3, stride=2, output_padding=1, padding_mode="zeros"),
            nn.GroupNorm(3, 6),
            nn.Dropout(0.3),
            nn.AdaptiveAvgPool2d((2, 2)),
            nn.Flatten(),
        )
        self.lstm = nn.LSTM(3, 5, 2, batch_first=True, bidirectional=True, dropout=0.1)
        self.gru = nn.GRU(3, 5, bias=False)
        self.attention = nn.MultiheadAttention(8, 4, bias=False, batch_first=True)
        self.table = nn.Embedding(11, 4, padding_idx=0)
        self.norm = nn.LayerNorm((2, 3), eps=1e-6)
        self.free = nn.InstanceNorm1d(4)
        self.half = nn.Linear(3, 2).half()
        self.free2 = nn.BatchNorm1d(4, affine=False, track_running_stats=False)
        self.act = nn.GELU("tanh")
        self.scale = nn.Parameter(torch.ones(2))


def test_layers_of_a_whole_model_are_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net = _Whole()
    torch.save(net, tmp_path / "whole.pt")
    main(["scaffold", str(tmp_path / "whole.pt"), "-o", str(tmp_path / "made.py")])
    made = _module(tmp_path / "made.py").Net()

    made.load_state_dict(net.state_dict(), strict=True)
    before, after = (dict(of.named_modules()) for of in (net, made))
    assert list(before) == list(after)
    for path, layer in before.items():
        if path:
            assert repr(after[path]) == repr(layer), path
    source = (tmp_path / "made.py").read_text("utf-8")
    assert [line for line in source.splitlines() if "UNKNOWN: " in line] == [
        '        raise NotImplementedError("UNKNOWN: in which order the modules are used")'
    ]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("stride", "(__import__('os').abort(),)"),
        ("padding_mode", "zeros', bias=print(1) or '"),
        ("out_channels", 10**9),
        ("kernel_size", "(1)*9"),
        ("dilation", float("inf")),
        ("groups", 0),
        ("in_channels", "x"),
    ],
)
def test_attributes_are_written_as_values_only(
    tmp_path: Path, attribute: str, value: object
) -> None:
    net = nn.ModuleDict({"conv": nn.Conv2d(2, 3, 1)})
    setattr(net["conv"], attribute, value)
    torch.save(net, tmp_path / "whole.pt")
    main(["scaffold", str(tmp_path / "whole.pt"), "-o", str(tmp_path / "made.py")])
    tree = ast.parse((tmp_path / "made.py").read_text("utf-8"))

    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (conv,) = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "Conv2d"]
    for argument in (*conv.args, *(item.value for item in conv.keywords)):
        plain = ast.unparse(argument)
        assert plain == "float('inf')" or ast.literal_eval(argument) is not ...
    shapes = [ast.literal_eval(argument) for argument in conv.args]
    assert shapes[:2] == [2, 3]
