"""Categories that a booster of XGBoost keeps, in a CSV file: its cells get the codes of the fit."""

import json
import subprocess

import pytest
import world_pythons

from loadstone import bare_file
from loadstone.errors import UsageError
from loadstone.inputs import rows

MAKE = """
import json, pickle, sys
import numpy as np, pandas as pd, xgboost
rng = np.random.RandomState(0)
codes, towns = rng.choice(["00123", "123", "NA"], 300), rng.choice(["Romé", "Oslo", "Bern"], 300)
frame = pd.DataFrame({"x": rng.normal(size=300), "code": codes, "town": towns})
frame["number"] = rng.choice(np.array([10, 20, 30], sys.argv[1]), 300)
for name in ("code", "town", "number"):
    frame[name] = frame[name].astype(object if name != "number" else sys.argv[1]).astype("category")
y = (codes == "00123") * 1.0 + (towns == "Oslo") * 2 + (frame["number"] == 20) * 4 + frame["x"]
model = xgboost.XGBRegressor(n_estimators=20, enable_categorical=True, booster=sys.argv[2])
model.fit(frame, y)
model.save_model("model.json")
model.save_model("model.ubj")
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
with open("booster.pkl", "wb") as file:
    pickle.dump(model.get_booster(), file)
asked = frame[:30].copy()
asked["town"] = pd.Categorical([None] + list(asked["town"][1:]))
asked.to_csv("rows.csv", index=False)
print(json.dumps(model.predict(asked).tolist()))
"""


ROW = {"x": 0.5, "code": "123", "town": "Oslo", "number": 10}


@pytest.mark.slow
@pytest.mark.parametrize("booster", ["gbtree", "dart"])
@pytest.mark.parametrize("whole", ["int64", "int32", "int8"])
def test_cells_of_a_file_get_the_codes_of_the_fit(whole, booster, tmp_path):
    python = world_pythons.python_of("py313-newest")
    (tmp_path / "make.py").write_text(MAKE)
    made = subprocess.run(
        [python, "make.py", whole, booster],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = json.loads(made.stdout)
    assert len(set(wanted)) > 20
    for name in ("model.json", "model.ubj", "model.pkl", "booster.pkl"):
        with bare_file.load(tmp_path / name, python=python, on_unknown="warn") as model:
            table = rows.read(tmp_path / "rows.csv")
            found = model.predict(table)
            assert found.tolist() == pytest.approx(wanted, rel=0, abs=0), name
            with (
                pytest.warns(UserWarning, match="`town`: `Lima` is not among the 3 categories"),
                pytest.raises(UsageError, match="not in the training set"),
            ):
                model.predict([{**ROW, "town": "Lima"}])
        with bare_file.load(tmp_path / name, python=python, on_unknown="ignore") as model:
            for other in ({"code": 123}, {"number": 10.5}, {"number": "10"}):
                with pytest.raises(UsageError, match=r"is no (text|whole number)"):
                    model.predict([{**ROW, **other}])
