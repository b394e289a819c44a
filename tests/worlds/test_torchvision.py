"""Transforms of torchvision before a model: captured by what they are, elsewhere too."""

import json
import subprocess
import sys

import conftest
import pytest

SAVE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision import models
from torchvision import transforms as T
from torchvision.transforms import InterpolationMode, v2

import loadstone

rng = np.random.default_rng(0)
files = []
for at in range(2):
    files.append(f"{at}.png")
    Image.fromarray(rng.integers(0, 255, (40, 50, 3), np.uint8)).save(files[-1])

turned = 90
KINDS = {
    "classic": T.Compose([
        T.Resize(32, interpolation=InterpolationMode.BICUBIC), T.CenterCrop(24), T.ToTensor(),
        T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]),
    "second": v2.Compose([v2.Resize(32), v2.CenterCrop(24), v2.ToTensor()]),
    "own": T.Compose([
        T.Resize((24, 24)), T.Grayscale(3), T.Lambda(lambda image: image.rotate(turned)),
        T.PILToTensor(), T.ConvertImageDtype(torch.float),
    ]),
    "preset": models.ResNet18_Weights.DEFAULT.transforms(),
}


def around(transform):
    def prepared(path):
        with Image.open(path) as image:
            return transform(image.convert("RGB"))

    return prepared


torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
told = {}
for name, transform in KINDS.items():
    prepare = around(transform)
    report = loadstone.save(
        net, f"{sys.argv[1]}/{name}", preprocess=prepare, examples=files, forms=["native"]
    )
    with torch.inference_mode():
        outputs = net(torch.stack([prepare(file) for file in files]))
    told[name] = [report.verdict.predicts_the_same, outputs.tolist()]
print(json.dumps(told))
"""
LOAD = """
import json, sys, warnings
warnings.simplefilter("ignore")
import loadstone

found = {}
for name in sys.argv[2:]:
    model = loadstone.load(f"{sys.argv[1]}/{name}")
    files = [f"{sys.argv[1]}/{at}.png" for at in range(2)]
    found[name] = [model.report.verdict.predicts_the_same, model.predict(files).tolist()]
print(json.dumps(found))
"""


def run(python, place, script, *given):
    """Run a script in a folder of its own, and return what it tells last."""
    place.mkdir()
    (place / "script.py").write_text(script)
    line = [python, "script.py", place.parent, *given]
    done = subprocess.run(line, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (place / "script.py").unlink()
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_every_kind_is_saved_and_predicts_elsewhere(tmp_path):
    python = conftest.python_of("py311-torchvision")
    if sys.version_info[:2] != (3, 11):
        pytest.skip("it sees what is installed for Python 3.11")
    saved = run(python, tmp_path / "project", SAVE)
    assert {verdict for verdict, _ in saved.values()} == {"identical"}
    for picture in (tmp_path / "project").glob("*.png"):
        picture.rename(tmp_path / picture.name)
    assert run(python, tmp_path / "elsewhere", LOAD, *saved) == saved
