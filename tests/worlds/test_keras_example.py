"""`examples/keras_own_layers` runs whole: a model with layers of one's own, by `--code`."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from world_pythons import python_of

STORY = Path(__file__).parents[2] / "examples/keras_own_layers/story.py"


@pytest.mark.slow
def test_the_example_of_layers_of_ones_own(tmp_path):
    if find_spec("keras") is None:  # to import it asks for a backend that may not be here
        pytest.skip("Keras is not installed")
    python_of("py313-tf221")  # skipped where environments are not to be built
    run = subprocess.run(
        [sys.executable, STORY], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith("predicts what was predicted when the model was saved\n")
