"""Judges what pickles of spaCy's fill: vocabularies, documents, parts of a pipeline, models."""

from typing import Any, List

from .audited_table import allows
from .audited_values import is_inert
from .pickle_values import Call, Global, Pairs, Stream, TupleItems

__all__ = ["PIPES", "attributes_of", "is_document", "is_pipe", "is_vocabulary", "sets_slots"]

# what a vocabulary of spaCy's calls beside the attributes of words: they look a word up
_OF_WORDS = frozenset(
    [
        ("functools", "partial"),
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("spacy.util", "_get_attr_unless_lookup"),
        ("spacy.lookups", "Table"),
    ]
)
# what Cython writes for them sets a name, which has to be a text, a vocabulary, moves, and objects
# that it keeps, and updates `__dict__`; 3.0 to 3.8
PIPES = frozenset(
    [
        "spacy.pipeline.pipe.__pyx_unpickle_Pipe",
        "spacy.pipeline.trainable_pipe.__pyx_unpickle_TrainablePipe",
        "spacy.pipeline.transition_parser.__pyx_unpickle_Parser",
        "spacy.pipeline.ner.__pyx_unpickle_EntityRecognizer",
        "spacy.pipeline.dep_parser.__pyx_unpickle_DependencyParser",
    ]
)
_PARTS = 4  # of what a document keeps; a fifth, its context, up to 3.7
# the slots of two classes whose other attributes no pickle sets; 8.0 to 9.1
_SLOTS = {
    "thinc.model.Model": (
        *("name", "id", "ops", "_func", "init", "_params", "_dims", "_attrs", "_refs"),
        *("_layers", "_shims", "_has_params"),
    ),
    "thinc.optimizers.Optimizer": (
        *("mom1", "mom2", "averages", "schedules", "nr_update", "last_seen", "grad_clip"),
        *("learn_rate", "b1", "b2", "eps", "L2", "use_radam", "L2_is_weight_decay"),
        "_radam_buffer",
    ),
}


def is_vocabulary(call: Call, args: List[Any]) -> bool:
    """Judge a vocabulary, which calls what its nested pickle holds with a word."""
    held = call.payload
    if not isinstance(held, Stream) or len(args) != 7 or held.nested:
        return False
    return all(
        (item.module.startswith("spacy.lang.") and item.module.endswith("lex_attrs"))
        or (item.module, item.name) in _OF_WORDS
        for item in held.globals
    )


def is_document(call: Call, _: List[Any]) -> bool:
    """Judge a document, which updates its dictionaries with those of its nested pickle."""
    held = call.payload.value if isinstance(call.payload, Stream) else None
    return (
        isinstance(held, TupleItems)
        and len(held) in (_PARTS, _PARTS + 1)
        and all(isinstance(part, Pairs) for part in held[:_PARTS])
        and all(is_inert(part) for part in held[_PARTS:])
    )


def is_pipe(call: Call, args: List[Any]) -> bool:
    """Judge a part of a pipeline: it keeps what stands in a tuple, its attributes last.

    A parser has none, and a vocabulary in their place.
    """
    if len(args) != 3 or not isinstance(args[0], Global) or not isinstance(args[1], int):
        return False
    own = args[0].module.startswith("spacy.pipeline.") and allows(args[0])
    plain = args[2] is None and not call.kwargs
    return own and plain and all(map(_is_of_pipe, call.states))


def _is_of_pipe(state: Any) -> bool:
    last = state[-1] if isinstance(state, TupleItems) and state else None
    vocabulary = isinstance(last, Call) and last.path == "spacy.vocab.unpickle_vocab"
    return vocabulary or isinstance(last, Pairs)


def attributes_of(state: Any) -> Pairs:
    """Return the attributes of a part of a pipeline: what stands beside them is only kept."""
    last = state[-1] if isinstance(state, TupleItems) and state else None
    return last if isinstance(last, Pairs) else Pairs()


def sets_slots(path: str, state: Any) -> bool:
    """Whether a state of thinc's sets slots only, which keep what they are given."""
    names = _SLOTS.get(path, ())
    return isinstance(state[1], Pairs) and all(
        isinstance(key, str) and key in names for key, _ in state[1]
    )
