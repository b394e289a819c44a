"""What a file is, beside what it takes to load or scan it: whole processes, start included."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._measure import ROOT, Table, processes

MAKE = """
import torch, safetensors.torch
n, rows = {n}, {rows}
held = {{f"layer{{i}}.weight": torch.zeros((rows, 1024), dtype=torch.bfloat16) for i in range(n)}}
torch.save(held, {zip!r})
safetensors.torch.save_file(held, {st!r})
"""
OURS = "loadstone inspect"
ZIP = {
    OURS: (
        "import io, sys; sys.stdout = io.StringIO()\n"
        "from loadstone.cli import main\n"
        "assert main(['inspect', {zip!r}]) == 0 and '{n:,} tensors' in sys.stdout.getvalue()"
    ),
    "torch.load(mmap=True)": (
        "import torch\nassert len(torch.load({zip!r}, mmap=True, weights_only=True)) == {n}"
    ),
    "torch.load": "import torch\nassert len(torch.load({zip!r}, weights_only=True)) == {n}",
    "python, nothing else": "",
}
SCANNERS = {  # each where it is installed; they look for dangerous names only
    "fickling": "import fickling\nassert fickling.scan_zip_archive({zip!r}, graceful=True)",
    "picklescan": (
        "import sys\nsys.argv = ['picklescan', '-p', {zip!r}]\n"
        "from picklescan.cli import main\nassert main() == 0"
    ),
    "modelscan": (
        "import sys\nsys.argv = ['modelscan', 'scan', '-p', {zip!r}]\n"
        "from modelscan.cli import main\nmain()"
    ),
}
OF_A_FOLDER = {  # a scanner's exit code says what it found, so it is not looked at
    "picklescan": (
        "import sys\nsys.argv = ['picklescan', '-p', {folder!r}]\n"
        "from picklescan.cli import main\nmain()"
    ),
    "modelscan": (
        "import sys\nsys.argv = ['modelscan', 'scan', '-p', {folder!r}]\n"
        "from modelscan.cli import main\ntry: main()\nexcept SystemExit: pass"
    ),
}
ALONE = (  # suffixes of files that are a model each
    *(
        ".cbm",
        ".gguf",
        ".h5",
        ".joblib",
        ".keras",
        ".mlmodel",
        ".model",
        ".msgpack",
        ".npy",
        ".npz",
    ),
    *(".onnx", ".pb", ".pkl", ".pmml", ".pt", ".pth", ".safetensors", ".skops", ".tflite", ".ubj"),
)
LIBRARIES = {  # library: the suffix, what makes a file of it, what loads that
    "sklearn": (
        ".joblib",
        """
import joblib, numpy as np
from sklearn.ensemble import RandomForestClassifier
x = np.random.default_rng(0).random((20000, 8))
model = RandomForestClassifier(100, max_leaf_nodes=3000, random_state=0)
joblib.dump(model.fit(x, x[:, 0] * x[:, 1] > 0.2), {path!r})
""",
        "import joblib\njoblib.load({path!r})",
    ),
    "xgboost": (
        ".ubj",
        """
import numpy as np, xgboost
x = np.random.default_rng(0).random((20000, 8))
data = xgboost.DMatrix(x, x[:, 0] + np.sin(50 * x[:, 1]))
xgboost.train({{'max_depth': 12}}, data, 300).save_model({path!r})
""",
        "import xgboost\nxgboost.Booster(model_file={path!r})",
    ),
    "onnx": (
        ".onnx",
        """
import numpy as np, onnx
from onnx import helper, numpy_helper
held = [numpy_helper.from_array(np.ones((256, 256), 'f4'), f'w{{i}}') for i in range(120)]
made = enumerate(held)
nodes = [helper.make_node('MatMul', [f'x{{i}}', w.name], [f'x{{i + 1}}']) for i, w in made]
ports = [[helper.make_tensor_value_info(name, 1, [None, 256])] for name in ('x0', 'x120')]
onnx.save(helper.make_model(helper.make_graph(nodes, 'g', *ports, held)), {path!r})
""",
        "import onnx\nonnx.load({path!r})",
    ),
    "h5py": (
        ".weights.h5",
        """
import h5py, numpy as np
with h5py.File({path!r}, 'w') as f:
    for i in range(120):
        f[f'model_weights/dense_{{i}}/dense_{{i}}/kernel:0'] = np.ones((256, 256), 'f4')
""",
        """
import h5py
with h5py.File({path!r}) as f:
    f.visititems(lambda name, item: getattr(item, 'shape', None) and None)
""",
    ),
    "gguf": (
        ".gguf",
        """
import gguf, numpy as np
w = gguf.GGUFWriter({path!r}, 'llama')
for i in range(120):
    w.add_tensor(f'blk.{{i}}.attn_q.weight', np.ones((256, 256), 'f4'))
w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()
""",
        "import gguf\n[t.shape for t in gguf.GGUFReader({path!r}).tensors]",
    ),
}
SPARSE = """
import torch
class Sparse:
    def __init__(self, path): self.file = open(path, "wb")
    def write(self, data):
        data = bytes(data)
        if data.strip(b"\\0"): self.file.write(data)
        else: self.file.seek(len(data), 1)
        return len(data)
    def flush(self): self.file.flush()
held = {{f"layer{{i}}.weight": torch.zeros({size} // 4) for i in range({n})}}
out = Sparse({zip!r})
torch.save(held, out)
out.file.close()
"""
SAFETENSORS = {
    OURS: ZIP[OURS].replace("{zip!r}", "{st!r}"),
    "safetensors.safe_open, every shape": (
        "import safetensors\nwith safetensors.safe_open({st!r}, 'np') as f:\n"
        "    assert len([f.get_slice(k).get_shape() for k in f.keys()]) == {n}"
    ),
}


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield tables: torch zip and safetensors, beside scanners, other libraries, a folder."""
    n, rows, rounds = (20, 1, 1) if quick else (1000, 2050, 5)
    with tempfile.TemporaryDirectory() as folder:
        names = {"zip": f"{folder}/model.pth", "st": f"{folder}/model.safetensors"}
        make = MAKE.format(n=n, rows=rows, **names)
        subprocess.run([sys.executable, "-c", make], check=True)
        size = f"{n:,} tensors, {n * rows * 2048 / 1e9:.1f} GB, files in the page cache"
        for kind, contenders in (("torch zip", ZIP), ("safetensors", SAFETENSORS)):
            codes = {name: code.format(n=n, **names) for name, code in contenders.items()}
            yield Table(f"inspect, {kind}: {size}", processes(codes, rounds), OURS)
    yield from _beside_scanners(quick=quick)
    yield from _beside_libraries(quick=quick)
    if any(importlib.util.find_spec(name) for name in OF_A_FOLDER):
        yield _of_a_folder(quick=quick)


def _beside_scanners(*, quick: bool) -> Iterator[Table]:
    """Yield a table for 100 tensors of 1 MB, 1 GB and 10 GB in sparse files."""
    found = {name: code for name, code in SCANNERS.items() if importlib.util.find_spec(name)}
    contenders = {OURS: ZIP[OURS], "torch.load(mmap=True)": ZIP["torch.load(mmap=True)"], **found}
    sizes = {"1 MB": 10_000} if quick else {"1 MB": 10_000, "1 GB": 10**7, "10 GB": 10**8}
    for title, size in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/model.pth"
            make = SPARSE.format(size=size, n=100, zip=path)
            subprocess.run([sys.executable, "-c", make], check=True)
            codes = {name: code.format(n=100, zip=path) for name, code in contenders.items()}
            rows = processes(codes, 1 if quick else 5)
            yield Table(f"inspect, torch zip: 100 tensors, {title}", rows, OURS)


def _beside_libraries(*, quick: bool) -> Iterator[Table]:
    """Yield a table for each library that is installed: its own file, its own loader."""
    for library, (suffix, make, load) in LIBRARIES.items():
        if not importlib.util.find_spec(library):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/model{suffix}"
            subprocess.run([sys.executable, "-c", make.format(path=path)], check=True)
            ours = ZIP[OURS].replace("{n:,} tensors", "").format(zip=path, n=0)
            contenders = {OURS: ours, library: load.format(path=path)}
            size = Path(path).stat().st_size / 1e6
            rows = processes(contenders, 1 if quick else 5)
            yield Table(f"inspect, a file of {library}: {size:.0f} MB", rows, OURS)


def _of_a_folder(*, quick: bool) -> Table:
    """Return the table of a folder of mixed models: those of the tests, over and over."""
    files = sorted((ROOT / "tests" / "files").rglob("*"))
    kept = [path for path in files if path.suffix in ALONE and path.is_file()]
    count = 50 if quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            path = kept[number % len(kept)]
            last = f"{number:04}{path.suffix}"
            shutil.copy(path, f"{folder}/{last}")
        ours = ZIP[OURS].replace("{zip!r}", "{folder!r}").replace("{n:,} tensors", "{last}")
        contenders = {OURS: ours}
        contenders |= {k: v for k, v in OF_A_FOLDER.items() if importlib.util.find_spec(k)}
        codes = {name: code.format(folder=folder, last=last) for name, code in contenders.items()}
        rows = processes(codes, 1 if quick else 3)
    kinds = len({path.suffix for path in kept})
    title = f"inspect, a folder of {count:,} files ({len(kept)} real ones, {kinds} suffixes)"
    notes = [f"{row.name}: {count / row.median():,.0f} files a second" for row in rows]
    return Table(title, rows, OURS, notes=notes)
