"""What keeps TensorFlow from telling of what is not asked."""

import contextlib
import logging
import os
from typing import Iterator


def quiet() -> None:
    """Keep TensorFlow from telling of processors and graphics cards: what is wrong is raised."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextlib.contextmanager
def unwarned() -> Iterator[None]:
    """Keep TensorFlow from warning of what it calls deprecated."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
