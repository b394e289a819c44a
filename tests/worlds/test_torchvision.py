"""Transforms of torchvision before a model: captured by what they are, elsewhere too."""

import json
import subprocess
import sys

import pytest
import world_pythons

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
    python = world_pythons.python_of("py311-torchvision")
    if sys.version_info[:2] != (3, 11):
        pytest.skip("it sees what is installed for Python 3.11")
    saved = run(python, tmp_path / "project", SAVE)
    assert {verdict for verdict, _ in saved.values()} == {"identical"}
    for picture in (tmp_path / "project").glob("*.png"):
        picture.rename(tmp_path / picture.name)
    assert run(python, tmp_path / "elsewhere", LOAD, *saved) == saved


PIPELINE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
import torch
import transformers
from PIL import Image

import loadstone

rng = np.random.default_rng(0)
files = []
for at in range(2):
    files.append(f"{sys.argv[1]}/{at}.png")
    Image.fromarray(rng.integers(0, 255, (20 + at, 30, 3), np.uint8)).save(files[-1])
torch.manual_seed(0)
config = transformers.ViTConfig(
    hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
    image_size=16, patch_size=8, num_labels=2,
)
net = transformers.ViTForImageClassification(config).eval()
told = {}
for kind in ("ViTImageProcessor", "ViTImageProcessorPil"):
    processor = getattr(transformers, kind)(size={"height": 16, "width": 16})
    pipeline = transformers.pipeline("image-classification", model=net, image_processor=processor)
    report = loadstone.save(pipeline, f"{sys.argv[1]}/{kind}", examples=files)
    told[kind] = [report.verdict.predicts_the_same, pipeline(files)]
print(json.dumps(told))
"""


@pytest.mark.slow
def test_a_pipeline_with_the_processor_of_pillow_keeps_it(tmp_path):
    python = world_pythons.python_of("py311-torchvision")
    if sys.version_info[:2] != (3, 11):
        pytest.skip("it sees what is installed for Python 3.11")
    saved = run(python, tmp_path / "project", PIPELINE)
    assert {verdict for verdict, _ in saved.values()} == {"identical"}
    assert saved["ViTImageProcessor"] != saved["ViTImageProcessorPil"]  # they resize otherwise
    found = run(python, tmp_path / "elsewhere", LOAD.replace(".tolist()", ""), *saved)
    for kind, (verdict, before) in saved.items():
        assert found[kind][0] == verdict
        for now, then in zip(found[kind][1], before, strict=True):
            scores = [item["score"] for item in then]
            assert [item["score"] for item in now] == pytest.approx(scores, rel=1e-6)
