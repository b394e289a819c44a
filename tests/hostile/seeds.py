"""One small real artifact, or more, for each reader, and how it is changed a little.

A case is the files of a folder by name; `entry` is the one that is read, "" for the folder itself.
`change` needs two functions, so that hypothesis and atheris choose each in its own way: `pick(n)`
is a number below `n`, `alter(data)` are other bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILES = Path(__file__).parents[1] / "files"
HOSTILE = Path(__file__).parent / "files"
LARGEST = 100_000
TIME = (1980, 1, 1, 0, 0, 0)
Pick = Callable[[int], int]
Alter = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Case:
    files: dict[str, bytes]
    entry: str = ""

    def write(self, folder: Path) -> Path:
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder / self.entry


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, TIME), data)
    return out.getvalue()


def _files(*patterns: str, root: Path = FILES) -> list[Case]:
    """Each file that matches, alone."""
    return [
        Case({path.name: path.read_bytes()}, path.name)
        for pattern in patterns
        for path in sorted(root.glob(pattern))
        if path.stat().st_size <= LARGEST
    ]


def _folder(name: str, entry: str = "") -> Case:
    """A folder with all that it holds."""
    root = FILES / name
    return Case(
        {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.suffix != ".py" and path.stat().st_size <= LARGEST
        },
        entry,
    )


def _one(data: bytes, name: str = "model.bin") -> Case:
    return Case({name: data}, name)


def _tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


STATE = (
    b"\x80\2}q\0(X\1\0\0\0aq\1ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storage"
    b"ctorch\nFloatStorage\nX\1\0\0\0" + b"0X\3\0\0\0cpuK\2tQK\0K\2\x85K\1\x85\x89"
    b"ccollections\nOrderedDict\n)RtRX\1\0\0\0bK\1u."
)
TORCH = {"m/data.pkl": STATE, "m/version": b"3\n", "m/byteorder": b"little", "m/data/0": bytes(8)}
MODULE = b"\x80\2c__torch__\nNet\n)\x81}(X\x08\0\0\0trainingq\1\x88X\1\0\0\0wK\1ub."
SCRIPT = {
    "m/data.pkl": MODULE,
    "m/constants.pkl": b"\x80\2).",
    "m/version": b"3",
    "m/code/__torch__.py": b"class Net(Module):\n  __parameters__ = []\n",
}
GRAPH = {
    "graph_module": {
        "graph": {
            "inputs": [{"as_tensor": {"name": "x"}}],
            "outputs": [{"as_tensor": {"name": "y"}}],
            "nodes": [
                {"target": "torch.ops.aten.relu.default", "inputs": [], "outputs": [],
                 "metadata": {}}
            ],
            "tensor_values": {
                "x": {"dtype": 7, "sizes": [{"as_int": 2}], "device": {"type": "cpu"}}
            },
        },
        "signature": {"input_specs": [{"user_input": {"arg": {"as_tensor": {"name": "x"}}}}],
                      "output_specs": []},
    },
    "schema_version": {"major": 8, "minor": 1},
    "torch_version": "2.7.0",
    "opset_version": {"aten": 10},
}  # fmt: skip
PT2 = {
    "archive_format": b"pt2", "archive_version": b"0", "byteorder": b"little",
    "models/model.json": json.dumps(GRAPH).encode(),
    "data/weights/model_weights_config.json": b'{"config": {}}', "data/weights/w_0": bytes(8),
}  # fmt: skip
PACKAGE = {
    "p/.data/version": b"6", "p/.data/extern_modules": b"torch\n", "p/.data/0.storage": bytes(8),
    "p/model/model.pkl": STATE, "p/net.py": b"class Net: ...\n",
}  # fmt: skip
DCP = {
    ".metadata": b"\x80\2ctorch.distributed.checkpoint.metadata\nMetadata\n)\x81}"
    b"(X\x13\0\0\0state_dict_metadata}X\1\0\0\0actorch.distributed.checkpoint.metadata\n"
    b"TensorStorageMetadata\n)\x81}X\4\0\0\0size(K\2tsbsX\x0c\0\0\0planner_data}ub.",
    "__0_0.distcp": bytes(8),
}
CACHE = {
    "models--a--b/refs/main": b"0123",
    "models--a--b/snapshots/0123/config.json": b'{"model_type": "bert"}',
}
WEIGHTS = b'5\0\0\0\0\0\0\0{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}\0'
BUNDLE = {
    "loadstone.json": json.dumps(
        {"schema": "loadstone.bundle/1", "framework": "torch", "forms": [
            {"kind": "weights", "weights": {"": "forms/a.safetensors"}}],
         "signature": {"inputs": [{"name": "x", "dtype": "float32", "shape": [None, 2]}],
                       "outputs": []}, "witnesses": {"count": 2}}
    ).encode(),
    "forms/a.safetensors": WEIGHTS,
}  # fmt: skip
DEEPSPEED = {
    "latest": b"step1", "zero_to_fp32.py": b"",
    "step1/mp_rank_00_model_states.pt": zipped(TORCH),
}  # fmt: skip
MEGATRON = {
    "latest_checkpointed_iteration.txt": b"1",
    "iter_0000001/mp_rank_00/model_optim_rng.pt": zipped(TORCH),
}

# by the module of the reader
SEEDS: dict[str, Callable[[], list[Case]]] = {
    "archive": lambda: [_one(zipped({"a/b.txt": b"text", "c.bin": b"\x80\2N."}))],
    "bentoml": lambda: [_folder("containers/bentoml")],
    "bundle": lambda: [Case(BUNDLE), _one(zipped(BUNDLE))],
    "catboost": lambda: _files("catboost/*.cbm"),
    "catboost_json": lambda: _files("catboost/*.json"),
    "compressed": lambda: [_one(gzip.compress(STATE)), *_files("pickles/*/*.gz", "pickles/*/*.xz")],
    "coreml": lambda: [
        *_files("coreml/*.mlmodel", "coreml_versions/9.0-*.mlmodel", "coreml_versions/4.1-e*"),
        _folder("coreml/program.mlpackage"),
        _folder("coreml_versions/9.0-program.mlpackage"),
        _folder("coreml_versions/9.0-tabled.mlpackage"),
    ],
    "dcp": lambda: [Case(DCP), _folder("megatron/distributed_experts")],
    "deepspeed": lambda: [
        *(_folder(f"deepspeed/{name}") for name in ("stage2", "stage3", "experts", "pipeline")),
        Case(DEEPSPEED),
    ],
    "fasttext": lambda: _files("fasttext/*.bin"),
    "flax_msgpack": lambda: _files("flax/*.msgpack"),
    "folder": lambda: [Case({"a/model.pt": zipped(TORCH), "notes.txt": b"x"}), Case(TORCH)],
    "gguf": lambda: [*_files("gguf/*.gguf"), _folder("gguf/sharded", "tiny-00001-of-00002.gguf")],
    "hdf5": lambda: _files("keras/*/functional.h5", "keras/*/*weights.h5", "keras/*/lambda.h5"),
    "hf": lambda: [_folder(f"hf/{name}") for name in ("bert", "adapter", "gpt2-bin-shards")],
    "hf_cache": lambda: [Case(CACHE, "models--a--b")],
    "hf_many": lambda: [_folder("hf/diffusers"), _folder("hf/sentences")],
    "keras": lambda: _files("keras/*/*.keras", "keras_npz/*.keras"),
    "keras_shards": lambda: [
        _folder("keras/keras-3.15.0/shards", "small.weights.json"),
    ],
    "keras_json": lambda: _files("keras/*/*.json", "keras/*/*.yaml"),
    "lightgbm": lambda: _files("lightgbm/*.txt", "lightgbm/*.json"),
    "mar": lambda: [
        *_files("containers/mar/*", "torchserve/0.12.0-stored.mar"),
        _folder("torchserve/0.12.0-eager-folder"),
    ],
    "mlem": lambda: [
        _folder(name, "model.mlem")
        for name in ("containers/mlem", "mlem/0.2.9-sklearn", "mlem/0.4.14-lightgbm")
    ],
    "mlflow": lambda: [
        _folder("containers/mlflow"),
        *(
            _folder(f"mlflow/3.17.2-{kind}")
            for kind in ("python", "source", "nested", "torch", "keras")
        ),
    ],
    "npy": lambda: _files("numpy/*.npy"),
    "npz": lambda: _files("numpy/*.npz"),
    "onnx": lambda: _files("onnx/*.onnx", "onnx/*.pb"),
    "openvino": lambda: [_folder("openvino", "tiny.xml")],
    "orbax": lambda: [
        *(_folder(f"flax/orbax_{name}") for name in ("ocdbt", "zarr")),
        *(_folder(f"orbax/{name}") for name in ("0.4.8-ocdbt", "0.12.8-ocdbt3", "0.12.8-manager")),
    ],
    "paddle": lambda: _files("paddle/*.pd*", "paddle/paddle*.json"),
    "pickle": lambda: [
        *_files("pickles/*/*.pkl", "by_value/*.pkl"),
        *_files("pickles/*.pkl", root=HOSTILE.parent),
    ],
    "pmml": lambda: _files("pmml/*.pmml", "pmml_versions/*.pmml"),
    "safetensors": lambda: _files("hf/*/*.safetensors"),
    "safetensors_index": lambda: [_folder("hf/gpt2-shards", "model.safetensors.index.json")],
    "savedmodel": lambda: [
        _folder(f"tensorflow/{name}")
        for name in ("tf-2.15.1/module", "tf-1.15.5/simple", "tf-1.15.5/as_text")
    ],
    "skops": lambda: _files("skops/*"),
    "spacy": lambda: [
        _folder("containers/spacy"),
        _folder("spacy/2.3.9-ner"),
        _folder("spacy/3.8.7-vectors"),
        _folder("spacy/3.8.7-textcat"),
    ],
    "stable_baselines3": lambda: _files("containers/stable_baselines3/*.zip"),
    "tar": lambda: [_one(_tarred({"a/model.pt": zipped(TORCH), "b.txt": b"x"}))],
    "tf_checkpoint": lambda: [
        _folder("tensorflow/tf-2.15.1/checkpoint"),
        _folder("tensorflow/tf-1.15.5/saver"),
        *_files("tensorflow/tf-1.15.5/v1/*"),
    ],
    "tf_graph": lambda: _files("tensorflow/*/frozen/*.pb*", "tensorflow/*/saver/*.meta"),
    "tfjs": lambda: [_folder(f"tensorflow/tfjs-3.18.0/{name}") for name in ("graph", "layers")],
    "tflite": lambda: _files("tensorflow/*/tflite/*.tflite"),
    "torch_export": lambda: [_one(zipped(PT2))],
    "torch_legacy": lambda: _files("legacy*.bin", root=HOSTILE),
    "torch_package": lambda: [_one(zipped(PACKAGE))],
    "torch_tar": lambda: [_one(_tarred({"storages": STATE, "tensors": STATE, "pickle": STATE}))],
    "torch_zip": lambda: [_one(zipped(TORCH)), *_files("*stor*.bin", "*view*.bin", root=HOSTILE)],
    "torchscript": lambda: [_one(zipped(SCRIPT))],
    "training": lambda: [
        _folder("hf/accelerate"),
        _folder("megatron/pipeline"),
        _folder("megatron/chunks"),
        Case(MEGATRON),
    ],
    "xgboost": lambda: _files("xgboost/*.json"),
    "xgboost_binary": lambda: _files("xgboost/*.model", "xgboost/*.bin", "xgboost/*.deprecated"),
    "xgboost_ubj": lambda: _files("xgboost/*.ubj"),
}

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 63, -(1 << 70), 0.5, 1e308, "", "x", "a" * 300, "../x", "/x", "a\0b",
    "\ud800", "\u202e", [], {}, [[]], [{}], {"": None}, [None, 1, "a", {}], "nan", "1", "float32",
)  # fmt: skip


def change(case: Case, pick: Pick, alter: Alter) -> Case:
    """Return a case with one file changed, dropped, added or renamed."""
    names = sorted(case.files)
    name = names[pick(len(names))]
    files = dict(case.files)
    action = pick(12) if len(names) > 1 else 11
    if action == 0 and name != case.entry:
        del files[name]
    elif action == 1 and name != case.entry:
        files[_renamed(name, pick)] = files.pop(name)
    elif action == 2:
        files[_renamed(name, pick)] = files[name]
    elif action == 3:
        files[name] = files[names[pick(len(names))]]
    else:
        files[name] = changed(files[name], pick, alter)
    return Case(_possible(files), case.entry)


def _renamed(name: str, pick: Pick) -> str:
    folder, slash, last = name.rpartition("/")
    return folder + slash + ("x" + last, last[::-1], last.upper(), last + ".x")[pick(4)]


def _possible(files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out files below what is a file."""
    return {
        name: data
        for name, data in files.items()
        if not any(name[:at] in files for at, mark in enumerate(name) if mark == "/")
    }


def changed(data: bytes, pick: Pick, alter: Alter) -> bytes:
    """Return bytes with a change where it counts: in a member, a value, or anywhere."""
    if pick(4) == 0:
        return alter(data)
    if data[:4] == b"PK\3\4":
        return _in_archive(data, pick, alter)
    if data[:2] == b"\x1f\x8b":
        try:
            return gzip.compress(changed(gzip.decompress(data), pick, alter), 1)
        except (OSError, EOFError, zlib.error):
            return alter(data)
    if data[8:9] == b"{":
        length = int.from_bytes(data[:8], "little")
        header = _json(data[8 : 8 + length], pick) if length < LARGEST else None
        if header is not None:
            return len(header).to_bytes(8, "little") + header + data[8 + length :]
    return (_json(data, pick) if data.lstrip()[:1] in (b"{", b"[") else None) or alter(data)


def _in_archive(data: bytes, pick: Pick, alter: Alter) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename: info.file_size for info in archive.infolist()}
            if sum(names.values()) > 10 * LARGEST:
                return alter(data)
            files = {name: archive.read(name) for name in names}
    except Exception:  # noqa: BLE001 - zipfile raises anything on what was changed before
        return alter(data)
    return zipped(change(Case(files, "\0"), pick, alter).files) if files else alter(data)


def _json(data: bytes, pick: Pick) -> bytes | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return json.dumps(_value(value, pick)).encode()


def _value(value: Any, pick: Pick) -> Any:
    """Return a value with one inside it put in another's place."""
    if not isinstance(value, (dict, list)) or not value or pick(8) == 0:
        return ODD[pick(len(ODD))]
    if isinstance(value, list):
        items = list(value)
        at = pick(len(items))
        items[at : at + 1] = [items[at]] * pick(3) if pick(8) == 0 else [_value(items[at], pick)]
        return items
    key = list(value)[pick(len(value))]
    if pick(8):
        return {**value, key: _value(value[key], pick)}
    rest = {name: item for name, item in value.items() if name != key}
    return rest if pick(2) else {**rest, f"{key}x": value[key]}
