"""What the readers say of real files is what torch holds after loading them."""

import collections
import io
import pickle
import sys

import pytest
import torch
from reader_nets import Net
from reader_truth import packed, read, same

import loadstone
from loadstone import readers
from loadstone.statedict.select import select

LEGACY = {"_use_new_zipfile_serialization": False}
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(
    params=[
        {},
        LEGACY,
        {"pickle_protocol": 4},
        {"pickle_protocol": 5},
        {**LEGACY, "pickle_protocol": 3},
    ]
)
def options(request):
    return request.param


def test_state_dict(tmp_path, net, options):
    path = tmp_path / "weights"
    torch.save(net.state_dict(), path, **options)
    artifact = read(path)
    legacy = "_use_new_zipfile_serialization" in options
    assert artifact.format == ("torch-legacy" if legacy else "torch-zip")
    assert (artifact.content, artifact.framework) == ("state-dict", "torch")
    assert artifact.protocol == options.get("pickle_protocol", 2)
    assert (artifact.damage, artifact.disagreements, artifact.devices) == ((), (), ("cpu",))
    assert artifact.opening_runs_code == "library"
    (state,) = artifact.state_dicts
    assert (state.path, state.role, dict(state.others)) == ("", "model", {})
    same(path, state.tensors, torch.load(path, weights_only=False))
    tied = state.tensors["fc2.weight"].extent.storage, state.tensors["tied.weight"].extent.storage
    assert tied[0] == tied[1] != state.tensors["fc1.weight"].extent.storage
    assert readers.verify(path, artifact) == ()


def test_checkpoint_with_adam(tmp_path, net, options):
    path = tmp_path / "checkpoint"
    adam = torch.optim.Adam(net.parameters())
    net(torch.ones(3, 10)).sum().backward()
    adam.step()
    held = {
        "epoch": 9,
        "loss": 0.25,
        "name": "run",
        "best": torch.tensor(0.5),
        "model_state_dict": net.state_dict(),
        "nested": {"ema_model": net.state_dict()},
        "optimizer_state_dict": adam.state_dict(),
        "scheduler": {"last_epoch": 3},
    }
    torch.save(held, path, **options)
    artifact = read(path)
    assert artifact.content == "checkpoint"
    found = {state.path: state for state in artifact.state_dicts}
    assert {path: state.role for path, state in found.items()} == {
        "": "other",
        "model_state_dict": "model",
        "nested.ema_model": "ema",
        "optimizer_state_dict": "optimizer",
    }
    same(path, found["model_state_dict"].tensors, net.state_dict())
    same(path, found["nested.ema_model"].tensors, net.state_dict())
    moments = adam.state_dict()["state"]
    same(
        path,
        found["optimizer_state_dict"].tensors,
        {f"state.{i}.{key}": value for i, held in moments.items() for key, value in held.items()},
    )
    assert artifact.entries == {
        "epoch": "int 9",
        "loss": "float 0.25",
        "name": "str 'run'",
        "best": "tensor float32 scalar",
        "model_state_dict": f"state dict of {len(net.state_dict())} tensors",
        "nested": "dict of 1",
        "optimizer_state_dict": "optimizer state (Adam-like, 1 group)",
        "scheduler": "dict of 1",
    }


def test_optimizer_alone(tmp_path, net):
    path = tmp_path / "optimizer.pt"
    torch.save(torch.optim.SGD(net.parameters(), lr=0.1).state_dict(), path)
    artifact = read(path)
    assert artifact.content == "checkpoint"
    assert [state.role for state in artifact.state_dicts] == ["optimizer"]


def test_whole_module(tmp_path, net, options):
    path = tmp_path / "module"
    torch.save(net, path, **options)
    artifact = read(path)
    assert artifact.content == "module"
    (state,) = artifact.state_dicts
    same(path, state.tensors, torch.load(path, weights_only=False).state_dict())
    for name, parameter in net.named_parameters(remove_duplicate=False):
        assert state.tensors[name].kind == "parameter"
        assert state.tensors[name].shape == parameter.shape
    assert state.tensors["inner.norm.running_mean"].kind == "buffer"
    modules = {module.path: module for module in artifact.modules}
    assert list(modules) == [name for name, _ in net.named_modules(remove_duplicate=False)]
    root = modules[""]
    assert (root.module, root.name) == (Net.__module__, "Net")
    assert root.attributes["training"] is False
    assert root.attributes["dropout"] == 0.25
    assert root.attributes["sizes"] == "(3, 4)"
    assert root.unregistered == ("plain", "loose.0.weight", "loose.0.bias")
    assert modules["inner.norm"].name == "BatchNorm1d"
    assert modules["inner.norm"].attributes["eps"] == 1e-5
    assert (Net.__module__, "Net") in {(item.module, item.name) for item in artifact.globals}
    assert artifact.opening_runs_code == "yes"
    assert ("sources" in artifact.detail) == ("_use_new_zipfile_serialization" in options)


def test_a_module_of_torchs_own_calls_its_constructors_only(tmp_path, options):
    path = tmp_path / "module"
    torch.save(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()), path, **options)
    artifact = read(path)
    uses = {item.name: item.uses for item in artifact.globals}
    assert (artifact.opening_runs_code, artifact.calls) == ("library", ())
    assert uses["Sequential"] == uses["Linear"] == ("new", "build")


@pytest.mark.parametrize("normed", [torch.nn.utils.weight_norm, torch.nn.utils.spectral_norm])
def test_a_weight_that_is_computed_before_each_call_is_not_left_out(tmp_path, normed):
    path = tmp_path / "module"
    model = normed(torch.nn.Linear(3, 2)).eval()
    model(torch.ones(1, 3))
    torch.save(model, path)
    (module,) = read(path).modules
    assert module.unregistered == ()
    report = loadstone.save(model, tmp_path / "net.lode", forms=["native"])
    assert report.found == ()


def test_module_inside_a_checkpoint(tmp_path, net):
    path = tmp_path / "last.pt"
    torch.save({"epoch": 1, "model": net}, path)
    artifact = read(path)
    assert artifact.content == "checkpoint"
    assert artifact.modules[0].path == "model"
    assert artifact.modules[1].path == "model.fc1"
    same(path, artifact.state_dicts[0].tensors, net.state_dict())
    assert artifact.entries["model"].endswith(".Net")


DTYPES = [
    torch.bool,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.uint8,
    torch.uint16,
    torch.uint32,
    torch.uint64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.complex32,
    torch.complex64,
    torch.complex128,
    torch.float8_e4m3fn,
    torch.float8_e4m3fnuz,
    torch.float8_e5m2,
    torch.float8_e5m2fnuz,
    torch.float8_e8m0fnu,
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_dtypes(tmp_path, dtype, options):
    path = tmp_path / "dtypes"
    raw = torch.arange(2 * 3 * 16, dtype=torch.uint8)
    if dtype is torch.bool:
        raw = raw % 2
    tensor = raw.view(dtype)[:6].reshape(2, 3)
    torch.save(
        {"a": tensor.clone(), "t": tensor.clone().t(), "s": tensor[1, 1].clone()}, path, **options
    )
    (state,) = read(path).state_dicts
    same(path, state.tensors, {"a": tensor, "t": tensor.t(), "s": tensor[1, 1]})


def test_views_share_their_storage(tmp_path, options):
    path = tmp_path / "views"
    base = torch.arange(4 * 5 * 6, dtype=torch.float32).reshape(4, 5, 6)
    truth = {
        "base": base,
        "rows": base[1:3],
        "columns": base[:, 2:4],
        "strided": base[::2, 1::2, ::3],
        "permuted": base.permute(2, 0, 1),
        "expanded": base[0, 0, :1].expand(7, 3),
        "diagonal": base[0].diagonal(),
        "empty": base[:, :0],
        "one": base[3, 4, 5],
        "channels_last": base[None].contiguous(memory_format=torch.channels_last),
    }
    torch.save(truth, path, **options)
    (state,) = read(path).state_dicts
    same(path, state.tensors, truth)
    assert len({fact.extent.storage for fact in state.tensors.values()}) == 2


def test_odd_tensors_are_described(tmp_path):
    path = tmp_path / "odd.pt"
    torch.save(
        {
            "weight": torch.ones(2),
            "meta": torch.empty(3, 4, device="meta"),
            "sparse": torch.eye(3).to_sparse(),
            "csr": torch.eye(3).to_sparse_csr(),
            "conj": torch.ones(2, dtype=torch.complex64).conj(),
            "quantised": torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8),
            "parameter": torch.nn.Parameter(torch.ones(1)),
        },
        path,
    )
    (state,) = read(path).state_dicts
    assert dict(state.others) == {
        "sparse": "sparse tensor float32 3×3",
        "csr": "sparse tensor float32 3×3",
    }
    assert str(state.tensors["meta"]) == "float32 3×4"
    assert (state.tensors["meta"].device, state.tensors["meta"].extent) == ("meta", None)
    assert state.tensors["conj"].extent is None
    assert state.tensors["parameter"].kind == "parameter"
    assert str(state.tensors["quantised"]) == "qint8 2×2"


def test_device_tags_stay(tmp_path):
    path = tmp_path / "cuda.pt"
    torch.save({"a": torch.ones(2)}, path)
    data = path.read_bytes().replace(b"X\x03\x00\x00\x00cpu", b"X\x03\x00\x00\x00mps")
    path.write_bytes(data)
    artifact = read(path)
    assert artifact.devices == ("mps",)
    assert artifact.state_dicts[0].tensors["a"].device == "mps"
    assert [item.kind for item in artifact.damage] == ["crc"]


@pytest.mark.parametrize("protocol", range(6))
def test_plain_pickle(tmp_path, net, protocol):
    path = tmp_path / "weights.pkl"
    path.write_bytes(pickle.dumps(net.state_dict(), protocol=protocol))
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("pickle", "state-dict")
    assert (artifact.protocol, artifact.opening_runs_code) == (protocol, "library")
    (state,) = artifact.state_dicts
    if protocol >= 3:  # older ones hold the bytes as text
        same(path, state.tensors, net.state_dict())
    else:
        assert [str(fact) for fact in state.tensors.values()] == [
            f"{str(t.dtype)[6:]} {'×'.join(map(str, t.shape)) or 'scalar'}"
            for t in net.state_dict().values()
        ]
    tied = state.tensors["fc2.weight"], state.tensors["tied.weight"]
    if protocol >= 3:  # each tensor's storage is written again
        assert tied[0].extent.storage != tied[1].extent.storage


def test_pickle_of_a_module(tmp_path, net):
    path = tmp_path / "module.pkl"
    path.write_bytes(pickle.dumps(net))
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("pickle", "module")
    same(path, artifact.state_dicts[0].tensors, net.state_dict())


def test_a_tensor_and_a_list_of_tensors(tmp_path):
    for held in (torch.ones(2), [torch.ones(2), torch.zeros(1)]):
        path = tmp_path / "tensor.pt"
        torch.save(held, path)
        artifact = read(path)
        assert artifact.content == "tensor"
        assert artifact.tensors == (len(held) if isinstance(held, list) else 1)


def test_torchscript(tmp_path, net):
    path = tmp_path / "traced.ts"
    net.plain = torch.ones(1)
    torch.jit.trace(net, torch.ones(2, 10)).save(path)
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("torchscript", "program")
    assert artifact.opening_runs_code == "library"
    loaded = torch.jit.load(path)
    (state,) = artifact.state_dicts
    same(path, state.tensors, loaded.state_dict())
    assert state.tensors["fc1.weight"].kind == "parameter"
    assert state.tensors["steps"].kind == "buffer"
    assert readers.verify(path, artifact) == ()


def test_torch_export(tmp_path, net):
    path = tmp_path / "program.pt2"
    torch.export.save(torch.export.export(net, (torch.ones(2, 10),)), path)
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("torch-export", "program")
    assert artifact.producer["torch"] == torch.__version__
    assert artifact.opening_runs_code == "library"
    truth = torch.export.load(path).state_dict
    same(path, artifact.state_dicts[0].tensors, dict(truth))


def test_torch_package(tmp_path):
    path = tmp_path / "package.pt"
    with torch.package.PackageExporter(str(path)) as exporter:
        exporter.extern("torch.**")
        exporter.save_source_string("mine", "x = 1\n")
        exporter.save_pickle("model", "model.pkl", torch.nn.Linear(3, 2))
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("torch-package", "module")
    assert artifact.opening_runs_code == "yes"
    assert artifact.detail["pickles"] == "model/model.pkl"
    assert artifact.producer["python"] == ".".join(map(str, sys.version_info[:3]))
    truth = torch.package.PackageImporter(str(path)).load_pickle("model", "model.pkl").state_dict()
    same(path, artifact.state_dicts[0].tensors, truth)


def test_distributed_checkpoint(tmp_path):
    from torch.distributed import checkpoint

    path = tmp_path / "dcp"
    checkpoint.save({"a": torch.ones(2, 3), "n": 1}, checkpoint_id=path)
    artifact = read(path)
    assert (artifact.format, artifact.is_folder) == ("dcp", True)
    assert {k: str(v) for k, v in artifact.state_dicts[0].tensors.items()} == {"a": "float32 2×3"}
    assert artifact.damage == ()
    next(path.glob("*.distcp")).unlink()
    assert [item.kind for item in read(path).damage] == ["missing-member"]


def test_big_endian_bytes_are_turned(tmp_path):
    path = tmp_path / "big.pt"
    tensor = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    torch.save({"a": tensor, "c": torch.ones(2, dtype=torch.complex64) * (1 + 2j)}, path)
    data = path.read_bytes().replace(b"little", b"bigbig")
    data = data.replace(packed(tensor), tensor.numpy().astype(">f4").tobytes())
    pairs = torch.tensor([1.0, 2.0, 1.0, 2.0])
    data = data.replace(packed(pairs), pairs.numpy().astype(">f4").tobytes())
    import zipfile

    path.write_bytes(data)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "new.pt", "w") as new:
        for info in old.infolist():
            old.fp.seek(info.header_offset + 26)
            named, extra = (int.from_bytes(old.fp.read(2), "little") for _ in range(2))
            old.fp.seek(info.header_offset + 30 + named + extra)
            body = old.fp.read(info.file_size)
            new.writestr(info.filename, b"big" if body == b"bigbig" else body)
    (state,) = read(tmp_path / "new.pt").state_dicts
    same(tmp_path / "new.pt", state.tensors, torch.load(tmp_path / "new.pt"))


def test_order_and_duplicates_of_keys_are_pythons(tmp_path):
    path = tmp_path / "order.pt"
    held = collections.OrderedDict((name, torch.ones(1)) for name in ("b", "a", "c"))
    torch.save(held, path)
    assert list(read(path).state_dicts[0].tensors) == ["b", "a", "c"]


def test_python2_pickle(tmp_path):
    path = tmp_path / "py2.pkl"
    path.write_bytes(b"(dp0\nS'caf\\xe9'\np1\nI3\ns.")
    artifact = read(path)
    assert (artifact.format, artifact.protocol) == ("pickle", 0)
    assert artifact.detail["python2_strings"] is True


def test_torch_load_in_memory_and_read_agree_on_size(tmp_path, net):
    buffer = io.BytesIO()
    torch.save(net.state_dict(), buffer)
    path = tmp_path / "w.pt"
    path.write_bytes(buffer.getvalue())
    assert read(path).size == len(buffer.getvalue())


def test_numpy_and_joblib(tmp_path, net):
    import joblib
    import numpy as np

    path = tmp_path / "arrays.joblib"
    held = {
        "w": np.arange(1000.0),
        "o": np.array([{"a": 1}, None], dtype=object),
        "net": [np.ones((3, 4), dtype="f4"), "end"],
    }
    joblib.dump(held, path)
    artifact = read(path)
    assert (artifact.format, artifact.content, artifact.damage) == ("joblib", "object", ())
    assert artifact.detail["root"] == "dict of 3"
    torch.save({"acc": np.float64(0.5), "array": np.ones((2, 3)), "w": net.state_dict()}, path)
    artifact = read(path)
    assert artifact.entries["acc"] == "numpy float64 0.5"
    assert artifact.entries["array"] == "numpy array float64 2×3"
    assert artifact.detail["numpy"] == "2"


def test_compiled_module(tmp_path, net):
    path = tmp_path / "compiled.pt"
    compiled = torch.compile(net)
    torch.save(compiled, path)
    artifact = read(path)
    assert artifact.content == "module"
    same(path, artifact.state_dicts[0].tensors, compiled.state_dict())
    assert [module.path for module in artifact.modules[:3]] == ["", "_orig_mod", "_orig_mod.fc1"]


def test_a_state_dict_of_sparse_tensors_alone(tmp_path):
    path = tmp_path / "sparse.pt"
    torch.save({"a": torch.eye(2).to_sparse()}, path)
    artifact = read(path)
    assert (artifact.content, artifact.tensors) == ("state-dict", 0)
    assert artifact.state_dicts[0].others == {"a": "sparse tensor float32 2×2"}


def test_a_nested_file_that_calls_something(tmp_path):
    inner = io.BytesIO()
    torch.save(torch.ones(2).storage(), inner, **LEGACY)
    held = inner.getvalue().replace(b"ctorch\nFloatStorage\n", b"cposixx\nsystemXXXXXX\n")
    data = b"\x80\x03ctorch.storage\n_load_from_bytes\nB" + len(held).to_bytes(4, "little") + held
    path = tmp_path / "model.pkl"
    path.write_bytes(data + b"\x85R.")
    artifact = read(path)
    assert artifact.opening_runs_code == "yes"
    assert artifact.calls == ("torch.storage._load_from_bytes", "posixx.systemXXXXXX")


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("state", [{}, torch.nn.ReLU().state_dict()], ids=["dict", "module"])
def test_a_state_dict_of_no_tensors_is_one(tmp_path, old, state):
    path = tmp_path / "m.pt"
    torch.save(state, path, _use_new_zipfile_serialization=not old)
    artifact = read(path)
    assert (artifact.content, artifact.tensors) == ("state-dict", 0)
    weights = select(artifact, None)
    assert weights is not None
    assert dict(weights) == {}
