"""Estimators of old worlds, written for the newest and proved beside their rebuilt originals."""

import json
import subprocess
from pathlib import Path

import pytest
from build import WORLDS as ALL
from conftest import python_of
from test_worlds import outcomes

from loadstone import bare_file, comparing, mending, readers
from loadstone.core.facts import Drift, Rewrite

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files" / "pickles"
NEWEST = "py313-newest"
WORLDS = [name for name, world in ALL.items() if "make" not in world and name != NEWEST]
VERSIONS = "import json, sys, importlib.metadata as m; print(json.dumps([sys.version.split()[0], \
{i.metadata['name'].lower(): i.version for i in m.distributions()}]))"
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]
# no state of the newest scikit-learn predicts what these predicted, each for its reason in LS226
DECLINED = {"py36-sklearn0192": {"iso"}, "py36-pandas": {"iso"}}


@pytest.fixture(scope="session")
def newest():
    """Return the newest world as a place to bring models to."""
    python = python_of(NEWEST)
    told = subprocess.run([python, "-c", VERSIONS], check=True, capture_output=True, text=True)
    version, versions = json.loads(told.stdout)
    return comparing.Place(python, version, versions)


def tried(path, folder, place, given=None):
    """Return the word for what came of a file, the facts, and the file that was made of it."""
    asked = mending.Question(readers.read(path), given, trust=False, timeout=120)
    made = folder / mending.fixed_name(asked.artifact)
    facts = mending.attempt(asked, made, None, place)
    drift = facts.get(Drift)
    if drift is not None and drift.same:
        return "as it is", facts, made
    return "fixed" if facts[Rewrite].proved else "declined", facts, made


@pytest.mark.parametrize("world", WORLDS)
def test_every_estimator_of_an_old_world(world, made, newest, table, tmp_path):
    folder, cases = made(world)
    declined, wrong = set(), []
    for name, case in cases.items():
        artifact = readers.read(folder / case["file"])
        if artifact.framework != "sklearn" or artifact.format not in mending.FORMATS:
            continue
        word, facts, file = tried(folder / case["file"], tmp_path, newest)
        version = artifact.producer["scikit-learn"]
        table.append((world, name, {"scikit-learn": f"{version} → newest"}, word))
        if word == "declined":
            declined.add(name)
            assert facts[Rewrite].error or facts[Rewrite].drift.result != "identical"
        if word == "fixed":
            with bare_file.load(file, python=newest.python) as predictor:
                wrong += [item for item in outcomes(predictor, case) if item[-1] == "differs"]
    assert wrong == []
    assert declined == DECLINED.get(world, set())
