"""Boosters cut out of what is around them: the bytes are the library's own, and nothing else."""

import pickle
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from loadstone import engine
from loadstone.fixes import boosters

FILES = Path(__file__).parents[1] / "files"
PICKLED = sorted((FILES / "xgboost" / "pickled").glob("*.pkl"))
TEXTS = sorted((FILES / "lightgbm").glob("*-*.txt"))
ROWS = np.random.default_rng(0).random((50, 4))


@pytest.mark.parametrize("path", PICKLED, ids=lambda path: path.stem)
def test_what_is_cut_out_is_what_xgboost_saves_itself(path):
    (saved,) = [file for file in path.parent.glob(f"{path.stem}.*") if file.suffix != ".pkl"]
    assert boosters.cut(path) == saved.read_bytes()


@pytest.mark.parametrize("name", ["1.3.3-classifier", "1.7.6-booster", "0.90-booster"])
def test_fix_writes_it_beside_the_pickle(name, tmp_path):
    source = FILES / "xgboost" / "pickled" / f"{name}.pkl"
    path = tmp_path / "model.pkl"
    path.write_bytes(source.read_bytes())
    report = engine.fix(path)
    assert [item.check.code for item in report.fixed] == ["LS227"]
    (written,) = map(Path, report.wrote)
    assert written.read_bytes() == boosters.cut(path)
    assert path.read_bytes() == source.read_bytes()
    assert report.artifact.format.startswith("xgboost-")
    assert report.verdict.predicts_the_same == "unproven"


def test_a_pickle_without_one_whole_model_is_refused(tmp_path):
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ValueError, match="holds 0 models"):
        boosters.cut(path)
    whole = (FILES / "xgboost" / "pickled" / "1.3.3-booster.pkl").read_bytes()
    path.write_bytes(whole.replace(b'"Model":{', b'"Modle":{'))
    with pytest.raises(ValueError, match="no `Model`"):
        boosters.cut(path)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_only_the_block_of_parameters_is_left_out(path, tmp_path):
    cut = boosters.without_parameters(path)
    before = path.read_bytes()
    start = before.index(b"\nparameters:")
    end = before.index(b"end of parameters\n") + len(b"end of parameters\n")
    assert cut == before[: start + 1] + before[end:]
    again = tmp_path / "model.txt"
    again.write_bytes(cut)
    made = [lightgbm.Booster(model_file=str(file)) for file in (path, again)]
    rows = ROWS[:, : made[0].num_feature()]
    first, second = (model.predict(rows) for model in made)
    assert (first == second).all()


def test_a_text_without_parameters_is_refused(tmp_path):
    path = tmp_path / "model.txt"
    path.write_bytes(boosters.without_parameters(TEXTS[0]))
    with pytest.raises(ValueError, match="one block of parameters"):
        boosters.without_parameters(path)
