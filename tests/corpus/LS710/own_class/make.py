# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of a model whose class is the project's own, of which predictions are asked."""

import pickle
from pathlib import Path


class Doubler:
    """Pickles as an object of a class of the project."""

    def __reduce__(self) -> tuple:
        import net

        return net.build, (2,)


Path("model.pkl").write_bytes(pickle.dumps(Doubler(), protocol=2))
