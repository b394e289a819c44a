"""Capture functions, classes and values by source, with everything that they reach.

What is written is source text, JSON and `.npy` files: never pickle, never bytecode. Names are
resolved against the live objects, not against what running the file again would give, so that a
training script is not run again to predict. `loadstone.runtime.code.load` gives the objects back.

Not seen: names that appear only in strings (`eval`, `getattr`, `importlib.import_module`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .capture_arrays import encode_arrays
from .capture_bind import encode_module
from .capture_classes import encode_classes
from .capture_data import encode_data
from .capture_files import with_files
from .capture_functions import encode_functions
from .capture_graph import Encoder, Graph, Problem
from .capture_keras import encode_keras
from .capture_objects import encode_objects
from .capture_write import write

__all__ = ["Captured", "Problem", "capture"]

ENCODERS: list[Encoder] = [
    encode_data,
    encode_module,
    encode_functions,
    encode_classes,
    encode_arrays,
    encode_keras,
    encode_objects,
]


@dataclass(frozen=True)
class Captured:
    """The files of a capture by relative name, and what it could not hold."""

    files: dict[str, bytes]
    problems: list[Problem]
    third_party: set[str]
    stdlib: set[str]


def capture(objects: Mapping[str, object]) -> Captured:
    """Capture `objects`, each under its name; what they share is captured once and stays shared.

    Nothing is raised for what cannot be captured: it is in `problems`, with the way to supply it,
    and whatever uses it once loaded raises `CodeUnavailable`.
    """
    graph = Graph(ENCODERS)
    roots = {name: graph.ref(value, None, name) for name, value in objects.items()}
    graph.run()
    files = with_files(write(graph, roots), graph.opened)
    return Captured(files, graph.problems, graph.third_party, graph.stdlib)
