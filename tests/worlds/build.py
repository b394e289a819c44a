"""Build the old worlds that tests predict in: `python tests/worlds/build.py FOLDER [NAME …]`.

Each is a venv of the oldest Python that its libraries ran on, found among pyenv's and the PATH.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

WORLDS = {
    "py36-sklearn0192": ("3.6", "scikit-learn==0.19.2 numpy==1.16.6 scipy==1.2.3"),
    "py36-pandas": ("3.6", "scikit-learn==0.19.2 numpy==1.16.6 scipy==1.2.3 pandas==0.23.4"),
    "py37-xgb090": (
        "3.7",
        "setuptools<60 xgboost==0.90 lightgbm==2.3.1 scikit-learn==0.22.2.post1 pandas==0.25.3 "
        "numpy==1.17.5 scipy==1.4.1 onnx==1.8.1 onnxruntime==1.4.0 protobuf<3.21",
    ),
    "py38-sklearn0242": (
        "3.8",
        "scikit-learn==0.24.2 catboost==0.26 pandas==1.2.5 numpy==1.19.5 scipy==1.6.3 "
        "statsmodels==0.12.2",
    ),
    "py312-sklearn16": ("3.12", "scikit-learn==1.6.1 pandas==2.2.3 numpy==2.2.6 scipy==1.15.3"),
    "py313-newest": (
        "3.13",
        "scikit-learn pandas numpy scipy lightgbm catboost statsmodels onnx onnxruntime",
    ),
}
WITHOUT_DEPENDENCIES = {"py313-newest": "xgboost"}  # its wheel asks for a library of GPUs


def interpreter(version: str) -> str | None:
    """Return a Python of this version that starts."""
    homes = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for found in (*map(str, homes), shutil.which(f"python{version}")):
        if (
            found
            and subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0
        ):
            return found
    return None


def build(folder: Path, name: str) -> bool:
    """Build one world; return whether it is there."""
    version, wanted = WORLDS[name]
    python = interpreter(version)
    if python is None:
        print(f"{name}: no Python {version} here")
        return False
    subprocess.run([python, "-m", "venv", folder / name], check=True)
    pip = [folder / name / "bin" / "python", "-m", "pip", "install", "-q", "--only-binary", ":all:"]
    subprocess.run([*pip, *wanted.split()], check=True)
    if name in WITHOUT_DEPENDENCIES:
        subprocess.run([*pip, "--no-deps", WITHOUT_DEPENDENCIES[name]], check=True)
    (folder / name / "whole").touch()
    return True


if __name__ == "__main__":
    place = Path(sys.argv[1])
    missing = [name for name in sys.argv[2:] or WORLDS if not (place / name / "whole").exists()]
    sys.exit(not all([build(place, name) for name in missing]))
