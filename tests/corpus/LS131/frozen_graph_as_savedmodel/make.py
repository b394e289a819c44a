# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A frozen graph was renamed to `saved_model.pb`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

Path("export").mkdir()
shutil.copy(FILES / "tf-1.15.5" / "frozen" / "frozen.pb", "export/saved_model.pb")
