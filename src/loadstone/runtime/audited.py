"""What opening a pickle runs, judged by the audited table without running it.

A name that is not in the table (`audited_table`, `names/`) counts as other code, a bare
reference too: to find a name, Python imports its module.
"""

from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from .audited_arguments import are_audited, is_audited_partial, is_partial_kept
from .audited_dill import found_by_dill, named_by_dill
from .audited_functions import is_typed
from .audited_graphs import as_data
from .audited_keras import is_read
from .audited_keys import is_key
from .audited_loaders import moves_itself
from .audited_methods import is_zone
from .audited_sizes import too_much
from .audited_states import is_filled, is_kept
from .audited_table import MODULES, OPTIMIZERS, TABLE, TYPES, VALUES, Entry, allows
from .audited_times import too_long
from .audited_values import is_inert, library_of, nested_in
from .audited_walks import begin, end
from .pickle_boosters import Elsewhere
from .pickle_values import PLAIN_KEYS, Call, Global, Opaque, Stream, walk

_FEW = 3  # arguments, as protocols 0 and 1 give them

__all__ = ["MODULES", "OPTIMIZERS", "TABLE", "TYPES", "VALUES", "Entry", "verdict", "with_nested"]


def verdict(*streams: Optional[Stream]) -> Tuple[str, List[str]]:
    """Tell whether unpickling runs code, and which names are not in the table.

    The streams are those of one artifact, each after the other, with those nested in it; None
    stands for one that could not be read to its end. The word is `no` (inert data), `library`
    (only entries of the table, as it allows), `yes` (other code) or `unknown` (not read to its
    end, or readers disagree).
    """
    other: Dict[str, None] = {}  # in order, each once
    begin()
    try:
        for stream in streams:
            if stream is not None:
                for one in with_nested(stream):
                    other.update(dict.fromkeys(_foreign(one)))
    finally:
        end()
    whole = [one for stream in streams if stream is not None for one in with_nested(stream)]
    if not other:  # what was judged is what stands at the end: an object was made of less
        changed = [stream.changed for stream in whole if stream.changed is not None]
        other.update((f"what is changed at byte {at} after its use", None) for at in changed)
    if other:
        return "yes", list(other)
    if None in streams or any(stream.disagreements for stream in whole):
        return "unknown", []
    if any(stream is not None and stream.globals for stream in streams):
        return "library", []
    return "no", []


def with_nested(stream: Stream) -> Iterator[Stream]:
    """Yield a stream and all that it unpickles itself."""
    yield stream
    for inner in stream.nested:
        yield from with_nested(inner)


def _foreign(stream: Stream) -> Iterator[str]:
    for found in stream.globals:
        if not allows(found, *found.uses - {"reference"}):
            yield found.path
    judged: Set[Any] = set()
    for call in stream.calls:
        key = _key(call)
        if key is None or key not in judged:
            yield from _foreign_in(call)
            judged.add(key)
    for key in stream.hashed:
        if not is_key(key):
            yield f"what hashes a key of {_told(key)}"
    yield from too_much(stream)
    yield from too_long(stream)
    if moves_itself(stream):
        yield "what a learner of fastai's moves to the processor"
    for extension in stream.extensions:
        yield f"copyreg extension {extension.code}"
    for persistent in stream.persistent:
        filled = persistent.states or persistent.appended or persistent.added or persistent.pairs
        if filled or not _is_plain_id(persistent.pid):
            yield f"persistent object at byte {persistent.at}"


def _is_plain_id(pid: Any) -> bool:
    """Whether a persistent id is of names, numbers and classes: its loader asks all parts of it."""
    return not any(isinstance(node, Opaque) and not isinstance(node, Global) for node in walk(pid))


def _key(call: Call) -> Any:
    """Return what is the same of calls that are judged alike, as many that share a state are."""
    if len(call.states) != 1 or call.appended or call.added or call.pairs or call.kwargs:
        return None
    args = call.args
    if call.payload is not None or not isinstance(args, list) or len(args) > _FEW:
        return None
    held = tuple((type(arg), arg if type(arg) in PLAIN_KEYS else id(arg)) for arg in args)
    return id(call.func), call.how, held, id(call.states[0])


def _foreign_in(call: Call) -> Iterator[str]:
    if isinstance(call.payload, Elsewhere):
        told = call.payload
        yield f"{told.whose}'s C++, which follows its model as it is: {told.why}"
    if is_zone(call) or is_typed(call) or is_read(call):
        return
    call = as_data(call) or call
    if is_audited_partial(call.func):
        if not is_partial_kept(call):
            yield "functools.partial with arguments that are not audited"
        return
    func = call.func if isinstance(call.func, Global) else _nested(call)
    if isinstance(call.func, Global) and not allows(call.func):
        return  # its name was told
    if func is None:
        yield f"what a call at byte {getattr(call.func, 'at', call.at)} gives"
        return
    call = call if call.func is func else _called_as(call, func)
    kept = is_inert(call.kwargs) if call.how == "new" else is_kept(call)
    if not are_audited(call, func) or not kept:
        yield f"{call.path or func.path} with arguments that are not audited"
    native = library_of(func) == "native" and not all(map(is_inert, call.states))
    if native or not is_filled(call) or not all(is_key(key) for key, _ in call.pairs):
        yield f"{call.path} with a state that is not audited"


def _nested(call: Call) -> Optional[Global]:
    """Return the class inside another class that is called, where it may be used so."""
    made = nested_in(call.func) if isinstance(call.func, Call) else None
    uses = {"new" if call.how == "new" else "call"}
    uses |= {"build"} if call.states else set()
    uses |= {"items"} if call.appended or call.added or call.pairs else set()
    return made if made is not None and allows(made, *uses) else None


def _called_as(call: Call, func: Global) -> Call:
    """Return a call with what it calls by its own name, where dill looks that up."""
    if found_by_dill(call.func) is None and named_by_dill(call.func) is None:
        return call
    made = Call(func, call.args, call.how, call.at)
    made.states, made.appended, made.added = call.states, call.appended, call.added
    made.pairs, made.kwargs, made.payload = call.pairs, call.kwargs, call.payload
    return made


def _told(key: Any) -> str:
    found = (node.path for node in walk(key) if isinstance(node, Call))
    return next(found, None) or "another kind"
