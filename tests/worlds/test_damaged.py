"""A cached environment that lost a file of a library is built again, and predicts."""

from pathlib import Path

import pytest
from world_pythons import python_of

from loadstone.cli import main
from loadstone.environment import cache

pytestmark = pytest.mark.slow
MODEL = Path(__file__).parents[1] / "files" / "pickles" / "sklearn-0.24" / "pipeline.pkl"


@pytest.mark.parametrize("lost", ["linear_model/_logistic.py", "pipeline.py"])
def test_it_is_found_by_importing_and_built_again(lost, tmp_path, monkeypatch, capfd):
    python_of("py38-sklearn0242")  # where this world is, so is a package index
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "cache"))
    rows = tmp_path / "rows.json"
    rows.write_text("[[0.1, 0.2, 0.3], [0.9, 0.1, 0.4]]")
    asked = ["predict", str(MODEL), "-i", str(rows)]
    assert main(asked) == 0
    first = capfd.readouterr()
    assert "damaged" not in first.err
    (environment,) = cache.environments().iterdir()
    (file,) = environment.glob(f"lib/python3.*/site-packages/sklearn/{lost}")
    file.unlink()  # one of thousands: those that are compared at each reuse may not be it
    assert main(asked) == 0
    again = capfd.readouterr()
    assert again.out == first.out
    assert "is damaged and is built again" in again.err
    assert file.is_file()
