"""Categories of CatBoost in a CSV file: texts that look like numbers are texts."""

import json
import subprocess

import pytest
import world_pythons

from loadstone import bare_file
from loadstone.inputs import rows

MAKE = """
import json, pickle, sys
import catboost, numpy as np, pandas as pd
rng = np.random.RandomState(0)
codes, n = rng.choice(["00123", "123", "7"], 300), rng.normal(size=300)
frame = pd.DataFrame({"code": codes, "n": n, "number": rng.choice(5, 300)})
y = (codes == "00123") ^ (frame["number"] % 2 == 1)
options = {"iterations": 40, "verbose": False, "allow_writing_files": False, "random_seed": 0}
model = catboost.CatBoostClassifier(cat_features=["code", "number"], **options).fit(frame, y)
model.save_model("model.cbm")
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
frame[:40].to_csv("rows.csv", index=False)
print(json.dumps([str(found) for found in model.predict(frame[:40])]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("world", ["py38-sklearn0242", "py310-sklearn12", "py313-newest"])
def test_codes_keep_their_zeros(world, tmp_path):
    python = world_pythons.python_of(world)
    (tmp_path / "make.py").write_text(MAKE)
    made = subprocess.run(
        [python, "make.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    wanted = json.loads(made.stdout)
    assert len(set(wanted)) == 2
    for name in ("model.cbm", "model.pkl"):
        with bare_file.load(tmp_path / name, python=python) as model:
            found = model.predict(rows.read(tmp_path / "rows.csv"))
        assert [str(item) for item in found] == wanted, name
