"""Archives for TorchServe by several torch-model-archivers, in each of its forms.

Run in an environment of each: Python 3.8 with torch-model-archiver 0.5.3, 3.11 with 0.12.0, and
torch 2.13.0 of any other. TorchServe itself unpacks the archive and reads the manifest beside.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
WEIGHTS = HERE.parent / "hf" / "bert-bin" / "pytorch_model.bin"
VERSION = version("torch-model-archiver")
NET = "import torch\n\n\nclass Net(torch.nn.Module):\n    pass\n"
HANDLER = "def handle(data, context):\n    return data\n"


def archived(place, name, *options, form="default"):
    """Return the folder or archive that the tool writes."""
    tool = Path(sys.executable).with_name("torch-model-archiver")
    given = ["--model-name", name, "--version", "2.1", "--export-path", str(place), "--force"]
    subprocess.run([str(tool), *given, *options, "--archive-format", form], check=True)
    ends = {"default": ".mar", "tgz": ".tar.gz", "zip-store": ".mar", "no-archive": ""}
    return place / f"{name}{ends[form]}"


def kept(made, name):
    target = HERE / f"{VERSION}-{name}{''.join(made.suffixes[-2:]) if made.is_file() else ''}"
    if target.is_dir():
        shutil.rmtree(target)
    shutil.move(str(made), str(target))
    return target


def main():
    (HERE / "truth").mkdir(exist_ok=True)
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, text in (("net.py", NET), ("handler.py", HANDLER), ("labels.json", '{"0": "a"}')):
            (place / name).write_text(text)
        (place / "requirements.txt").write_text("torchvision==0.18.0\n")
        weights = shutil.copy(WEIGHTS, place / "weights.pt")
        eager = ["--model-file", str(place / "net.py"), "--serialized-file", str(weights)]
        extra = ["--extra-files", str(place / "labels.json")]
        needed = ["-r", str(place / "requirements.txt")]
        builtin = ["--handler", "image_classifier"]
        own = ["--handler", str(place / "handler.py")]
        made = [
            ("eager", [*eager, *extra, *needed, *builtin], "default"),
            ("scripted", ["--serialized-file", str(weights), *builtin], "default"),
            ("handler", [*own, *extra], "default"),
            ("eager-folder", [*eager, *builtin], "no-archive"),
            ("eager-tar", [*eager, *own], "tgz"),
        ]
        if not VERSION.startswith("0.5"):
            (place / "serving.yaml").write_text("minWorkers: 1\nmaxWorkers: 2\n")
            config = ["--config-file", str(place / "serving.yaml")]
            made.append(("stored", [*eager, *config, *builtin], "zip-store"))
        for name, options, form in made:
            target = kept(archived(place, "net", *options, form=form), name)
            told[target.name] = manifest(target)
    (HERE / "truth" / f"{VERSION}.json").write_text(json.dumps(told, indent=1) + "\n")


def manifest(target):
    """Return the manifest and the names of the files beside it."""
    if target.is_dir():
        names = sorted(str(p.relative_to(target)) for p in target.rglob("*") if p.is_file())
        return {
            "manifest": json.loads((target / "MAR-INF/MANIFEST.json").read_text()),
            "names": names,
        }
    if target.suffix == ".gz":
        import tarfile

        with tarfile.open(target) as archive:
            names = sorted(item.name for item in archive.getmembers() if item.isfile())
            path = next(name for name in names if name.endswith("MANIFEST.json"))
            return {"manifest": json.load(archive.extractfile(path)), "names": names}
    with zipfile.ZipFile(target) as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        return {"manifest": json.loads(archive.read("MAR-INF/MANIFEST.json")), "names": names}


main()
