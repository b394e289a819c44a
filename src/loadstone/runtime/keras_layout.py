"""Places of weights as tf.keras 2.12 and 2.13 number them, and as all later ones do.

Those two walk each layer with weights twice, and count it twice: `dense`, `dense_2`. Each layer has
a group, so that their order tells the numbers.
"""

import re
from typing import Dict, Iterable, List, Tuple

OLD, NEW = "_layer_checkpoint_dependencies", "layers"
_NUMBERED = re.compile(r"(.+)_(\d+)")


def modern(paths: Iterable[str]) -> Dict[str, str]:
    """Return the paths of groups and tensors with the names of later Kerases.

    Raises `ValueError` where a number cannot be told from a name.
    """
    known = list(paths)
    inside: Dict[str, Dict[str, None]] = {}
    for path in known:
        parts = path.split("/")
        for at, part in enumerate(parts[:-1]):
            if part == OLD:
                inside.setdefault("/".join(parts[: at + 1]), {})[parts[at + 1]] = None
    names = {place: _renumbered(list(held)) for place, held in inside.items()}
    return {path: _renamed(path, names) for path in known}


def _renumbered(names: List[str]) -> Dict[str, str]:
    kinds: Dict[str, List[Tuple[int, str]]] = {}
    for name in names:
        found = _NUMBERED.fullmatch(name)
        base, number = (found.group(1), int(found.group(2))) if found else (name, 0)
        if base not in names:
            raise ValueError("`{}` has a number, and there is no `{}`".format(name, base))  # noqa: EM103 - messages read better where they are raised
        kinds.setdefault(base, []).append((number, name))
    return {
        name: base if at == 0 else "{}_{}".format(base, at)
        for base, held in kinds.items()
        for at, (_, name) in enumerate(sorted(held))
    }


def _renamed(path: str, names: Dict[str, Dict[str, str]]) -> str:
    parts = path.split("/")
    made = list(parts)
    for at, part in enumerate(parts):
        if part == OLD:
            made[at] = NEW
            if at + 1 < len(parts):
                made[at + 1] = names["/".join(parts[: at + 1])][parts[at + 1]]
    return "/".join(made)
