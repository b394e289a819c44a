"""A graph of TensorFlow 1 without a signature: what is fed, and what is fetched.

Its placeholders are fed, and what is computed of them and taken by nothing is fetched. What writes
to variables or files is left out, and so is all that waits for it: asking must not train.
"""

from typing import Any, Iterable, List, Set, Tuple

from . import held

_FED = ("Placeholder", "PlaceholderV2")
_WRITES = ("Assign", "Scatter", "Save", "Write", "Summary", "PyFunc")  # in names of ops
_TRAINS = "Apply"  # `ApplyAdam`, `ResourceApplyGradientDescent`
_NO_VALUES = ("resource", "variant")


def ports(graph: Any) -> Tuple[List[Any], List[Any]]:
    """Return the tensors that are fed and those that are fetched.

    Raises `RefusedError` where nothing is computed of what is fed, and where the graph trains: its
    loss takes the predictions, and no tensor says that it is these.
    """
    operations = graph.get_operations()
    trains = [item.name for item in operations if _TRAINS in item.type]
    if trains:
        why = (
            "the program has no signature, and trains: which tensor is the predictions is not told"
        )
        raise held.RefusedError(why, "no-signature", tuple(trains[:1]))
    given = [item for item in operations if item.type in _FED]
    after = _reached(given, lambda item: [user for out in item.outputs for user in out.consumers()])
    ends = [out for item in after if item.type not in _FED for out in item.outputs if _is_end(out)]
    fetched: List[Any] = []
    fed: Set[Any] = set()
    for tensor in ends:
        before = _reached([tensor.op], _needed)
        if not any(word in item.type for item in before for word in _WRITES):
            fetched.append(tensor)
            fed.update(before)
    if not fetched:
        why = "the program has no signature, and nothing is computed of its placeholders"
        raise held.RefusedError(why, "no-signature")
    return [item.outputs[0] for item in given if item in fed], sorted(fetched, key=_name)


def _name(tensor: Any) -> str:
    return str(tensor.name)


def _is_end(tensor: Any) -> bool:
    kind = tensor.dtype
    is_value = kind.name not in _NO_VALUES and not kind.name.endswith("_ref")
    return is_value and not tensor.consumers()


def _needed(operation: Any) -> List[Any]:
    return [item.op for item in operation.inputs] + list(operation.control_inputs)


def _reached(start: Iterable[Any], step: Any) -> List[Any]:
    """Return all operations that are reached, in the order of their being found."""
    waiting = list(start)
    found = dict.fromkeys(waiting)
    while waiting:
        for item in step(waiting.pop()):
            if item not in found:
                found[item] = None
                waiting.append(item)
    return list(found)
