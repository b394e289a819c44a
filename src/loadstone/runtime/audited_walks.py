"""What the walks of one verdict saw, so that many objects that share one are walked once."""

import threading
from typing import Any, Dict, Iterator, List, Optional

from .pickle_values import Items, Opaque, Pairs

__all__ = ["begin", "end", "spread", "walks"]


class _Walks(threading.local):
    """What the walks of one verdict saw, so that all of them together look at each node once.

    A node is kept until the end: where one is made for a walk only, another that is made after it
    is gone may have the same `id`. A walk that fails has said that the verdict is `yes`: those
    after it are not taken.
    """

    def __init__(self) -> None:
        self.seen: Optional[Dict[str, Dict[int, Any]]] = None
        self.failed = False

    def of(self, kind: str) -> Dict[int, Any]:
        """Return the nodes that walks of a kind saw, by their `id`."""
        return {} if self.seen is None else self.seen.setdefault(kind, {})

    def fail(self) -> bool:
        """Note that a walk failed."""
        self.failed = self.seen is not None
        return False


walks = _Walks()


def begin() -> None:
    """Begin a verdict, whose streams stay as they are until `end`."""
    walks.seen, walks.failed = {}, False


def end() -> None:
    """Forget what was seen."""
    walks.seen, walks.failed = None, False


def spread(waiting: List[Any], seen: Dict[int, Any]) -> Iterator[Any]:
    """Yield what is no container of what waits, each once; what is added meanwhile comes too."""
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (Items, Opaque)) or id(node) in seen:
            continue
        seen[id(node)] = node
        if isinstance(node, Pairs):
            waiting += [part for pair in node for part in pair]
        elif isinstance(node, Items):
            waiting += node
        else:
            yield node
