"""Counts what objects of libraries do not know, while a prediction is made.

Tokenizers, vectorizers, encoders, layers of Keras, tables of words. Objects are changed in place,
and only those that were loaded from a bundle. Their answers stay, and copies and pickles of them
are of the plain object.
"""

from typing import Any, Callable, Dict, Iterator, List, Tuple

from . import counted_keras, counted_sklearn, counted_tokenizers, counted_words, coverage

_DEPTH = 8  # how far inside an estimator or a model what counts is looked for
_UNNAMED = ("self", "argument", "item", "attribute", "")
_KERAS = ("keras", "tensorflow", "tf_keras")
_Attach = Callable[[str, Any], bool]
_KINDS: Dict[Tuple[str, str], _Attach] = {
    ("sklearn", "CountVectorizer"): counted_sklearn.vectorizer,
    ("sklearn", "OneHotEncoder"): counted_sklearn.encoder,
    ("sklearn", "OrdinalEncoder"): counted_sklearn.encoder,
    ("sklearn", "TargetEncoder"): counted_sklearn.encoder,
    ("sklearn", "LabelBinarizer"): counted_sklearn.labels,
    ("sklearn", "MultiLabelBinarizer"): counted_sklearn.label_lists,
    ("sklearn", "DictVectorizer"): counted_sklearn.dictionaries,
    ("tokenizers", "Tokenizer"): counted_tokenizers.tokenizer,
    ("transformers", "PreTrainedTokenizerBase"): counted_tokenizers.pretrained,
    ("sentencepiece", "SentencePieceProcessor"): counted_tokenizers.sentences,
    ("gensim", "Dictionary"): counted_words.dictionary,
    ("gensim", "KeyedVectors"): counted_words.vectors,
    ("torchtext", "Vocab"): counted_words.indices,
    **{(name, "Tokenizer"): counted_words.texts for name in (*_KERAS, "keras_preprocessing")},
    **{(name, "TextVectorization"): counted_keras.texts for name in _KERAS},
    **{(name, "StringLookup"): counted_keras.values for name in _KERAS},
    **{(name, "IntegerLookup"): counted_keras.values for name in _KERAS},
}


def instrument(function: Any) -> List[str]:
    """Make the vocabularies that captured code reaches count; return their names.

    Only for code that was loaded from a bundle: its private modules, defaults, cells and objects
    are changed in place.
    """
    taken = set(coverage.instrument(function))
    for name, attach, item in _found(function):
        unique = name if name not in taken else "{}#{}".format(name, len(taken))
        try:
            counts = attach(unique, item)
        except Exception:  # noqa: BLE001, S112 - a library of another version: not counted
            continue
        if counts:
            taken.add(unique)
    return sorted(taken)


def within(estimator: Any) -> None:
    """Make the vectorizers inside an estimator count; only of one that was loaded from a bundle.

    What its encoders were fitted on is compared with the columns of rows, as ranges are.
    """
    root = type(estimator).__name__
    taken: Dict[str, int] = {}
    for name, item in _inside("", estimator, 0):
        attach = _kind(item)
        if attach is not counted_sklearn.vectorizer or id(item) in taken.values():
            continue
        inner = name[len(root) + 1 :] if name.startswith(root + ".") else name
        unique = inner if inner not in taken else "{}#{}".format(inner, len(taken))
        try:
            counts = attach(unique, item)
        except Exception:  # noqa: BLE001, S112 - a library of another version: not counted
            continue
        if counts:
            taken[unique] = id(item)


def words(function: Any) -> Iterator[str]:
    """Yield the words that are known to what captured code reaches; its own vocabularies first."""
    for _, held, _ in coverage.vocabularies(function):
        for word in held:
            if word.strip() and not coverage.SPECIAL.match(word):
                yield word
    for _, _, item in _found(function):
        try:
            known = counted_words.known(item)
        except Exception:  # noqa: BLE001, S112 - as above
            continue
        for word in known:
            yield word


def _found(function: Any) -> Iterator[Tuple[str, _Attach, Any]]:
    """Yield what counts of all that captured code reaches, once each, with its name."""
    done: Dict[int, Any] = {}
    held = [("", function, None), *coverage.reached(function, coverage.is_private)]
    for outer, item, _ in held:
        for name, found in _inside(outer, item, 0):
            attach = None if id(found) in done else _kind(found)
            done[id(found)] = found
            if attach is not None:
                yield name, attach, found


def _kind(item: Any) -> Any:
    """Return what makes an object count, None where its kind does not."""
    if isinstance(item, dict) and coverage.is_private(type(item).__module__):
        return counted_words.own_dict
    for cls in type(item).__mro__:
        attach = _KINDS.get((str(cls.__module__).partition(".")[0], cls.__name__))
        if attach is not None:
            return attach
    return None


def _inside(name: str, item: Any, depth: int) -> Iterator[Tuple[str, Any]]:
    """Yield an object that may count, or those that an estimator or a model of Keras holds."""
    if depth > _DEPTH:
        return
    if type(item) in (list, tuple) and depth:
        named = type(item) is tuple and len(item) > 1 and isinstance(item[0], str)
        step = "{}.{}".format(name, item[0]) if named and name else item[0] if named else name
        for part in list(item)[:1000]:
            for found in _inside(step, part, depth + 1):
                yield found
        return
    name = type(item).__name__ if name in _UNNAMED or name.isdigit() else name
    library = coverage.library(item)
    if library in _KERAS and callable(getattr(item, "_flatten_layers", None)):
        for layer in item._flatten_layers():  # noqa: SLF001 - the same in all versions
            yield name if layer is item else "{}.{}".format(name, layer.name), layer
    elif library != "sklearn" or _kind(item) is not None:
        yield name, item
    else:
        for part in list(getattr(item, "__dict__", {}).values()):
            if type(part) in (list, tuple) or coverage.library(part) == "sklearn":
                for found in _inside(name, part, depth + 1):
                    yield found
