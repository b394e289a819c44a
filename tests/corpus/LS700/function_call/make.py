# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle that calls a function of a project."""

import pickle
from pathlib import Path


class Builder:
    """Pickles as a call of a function of the project."""

    def __reduce__(self) -> tuple:
        import net

        return net.build, (3,)


Path("model.pkl").write_bytes(pickle.dumps(Builder(), protocol=2))
