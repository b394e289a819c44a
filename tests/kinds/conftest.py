"""The worlds of `tests/worlds`, for kinds whose libraries are not here."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "worlds"))
