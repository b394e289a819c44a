"""Where the units of one side stand in the tree of its modules, and what stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from loadstone.statedict.units import Units


class Places:
    """The tree of the units of one side: what each part of it holds, by signature."""

    def __init__(self, units: Units, signatures: Mapping[str, object]) -> None:
        tree = units.tree
        self.below, self.parents = tree.below, tree.parents
        self._around: dict[str, tuple[int, ...]] = {}
        self.images: dict[str, tuple[str, str]] = {}  # of what is paired below: first and last
        self._forms: dict[str, int] = {path: hash(held) for path, held in signatures.items()}
        for part in tree.deepest_first:
            own = signatures.get(part.rstrip("."))
            forms = sorted(self._forms[child] for child in tree.children[part])
            alone = len(forms) == 1 and own is None
            self._forms[part] = forms[0] if alone else hash((tuple(forms), own))

    def around(self, path: str) -> tuple[int, ...]:
        """Return what the modules that hold it hold, nearest first, each once."""
        if path in self._around:
            return self._around[path]
        forms: list[int] = []
        for part in self.parents[path]:
            form = self._forms[part]
            if not forms or forms[-1] != form:
                forms.append(form)
        self._around[path] = tuple(forms)
        return self._around[path]

    def pair(self, path: str, image: str) -> None:
        """Note that it is paired, with the image that it has on the other side."""
        for part in self.parents[path]:
            first, last = self.images.get(part, (image, image))
            self.images[part] = min(first, image), max(last, image)

    def common(self, first: str, last: str) -> str:
        """Return the smallest module that holds both and something beside, or ""."""
        for part in self.parents[first]:
            if last.startswith(part) and len(self.below[part]) > 1:
                return part
        return ""


def toward(olds: list[str], news: list[str], ours: Places, theirs: Places) -> dict[str, str]:
    """Return what is the only one of `news` near the images of what stands near one of `olds`."""
    nears = {
        old: near
        for old in olds
        if (near := next((part for part in ours.parents[old] if part in ours.images), None))
    }
    if not nears:
        return {}
    here = set(nears.values())
    alone = Counter(part for path in olds for part in ours.parents[path] if part in here)
    there = {near: theirs.common(*ours.images[near]) for near in here if alone[near] == 1}
    wanted = set(there.values())
    within: dict[str, list[str]] = {part: [] for part in wanted}
    for path in news:
        for part in theirs.parents[path]:
            if part in wanted:
                within[part].append(path)
    found = {}
    for old, near in nears.items():
        if near in there and len(within[there[near]]) == 1:
            found[old] = within[there[near]][0]
    return found
