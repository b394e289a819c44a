# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle that makes a file when it is opened."""

import pickle
from pathlib import Path


class Payload:
    """Pickles as a call that makes an empty file."""

    def __reduce__(self) -> tuple:
        return Path.touch, (Path("marker"),)


Path("model.pkl").write_bytes(pickle.dumps(Payload(), protocol=4))
