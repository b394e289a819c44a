"""BentoML 1.0 and 1.4: models of the store, exported ones and services, as each loaded them."""

import json
from pathlib import Path

import pytest
from reader_truth import read

import loadstone
from loadstone.errors import UsageError

FILES = Path(__file__).parents[1] / "files" / "bentoml"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
MODELS = sorted(name for name in TOLD if not name.endswith("service"))
SERVICES = sorted(name for name in TOLD if name.endswith("service"))
WORDS = {"sklearn": "library", "xgboost": "no", "picklable": "library", "created": "no"}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_the_store(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert (artifact.format, artifact.damage) == ("bentoml", ())
    assert f"{artifact.detail['name']}:{artifact.detail['version']}" == told["tag"]
    assert artifact.detail.get("module", "") == told["module"]
    assert artifact.detail["python_version"] == told["python_version"]
    assert artifact.producer == {"bentoml": told["bentoml_version"]} | told["framework_versions"]
    assert sorted(item.name for item in artifact.signatures) == told["signatures"]
    assert artifact.detail["inner"] in told["files"]
    assert artifact.opening_runs_code == WORDS[name.partition("-")[2]]
    if artifact.modules:
        assert f"{artifact.modules[0].module}.{artifact.modules[0].name}" == told["loaded"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert f"{artifact.detail['name']}:{artifact.detail['version']}" == told["tag"]
    assert artifact.detail["service"] == told["service"]
    assert artifact.producer == {"bentoml": told["bentoml_version"]}
    assert [item.name for item in artifact.signatures] == told["apis"]
    assert artifact.requires["numpy"] == "==1.26.4"
    assert (artifact.opening_runs_code, artifact.calls) == ("yes", (told["service"],))
    with pytest.raises(UsageError, match="bentoml serve"):
        loadstone.load(FILES / name)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.bentomodel")), ids=lambda path: path.name)
def test_an_exported_model_is_imported(path):
    (found,) = loadstone.check(path).found
    assert found.check.code == "LS011"
    assert found.finding.fix.shell == f"bentoml models import {path}"


@pytest.mark.parametrize("name", [name for name in MODELS if name.endswith("created")])
def test_a_folder_that_its_user_filled_has_no_loader_of_bentomls(name):
    (found,) = loadstone.check(FILES / name).found
    assert found.check.code == "LS154"
    assert f"bentoml.models.get('{TOLD[name]['tag']}').path" in found.finding.fix.python
