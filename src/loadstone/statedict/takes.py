"""What a model file alone reveals of the inputs that it takes: names, sizes, and what is not there.

Of an estimator the columns that it was fitted on; of a state dict of torch the vocabulary, the
positions, the channels and sizes of pictures, and the outputs, where names and shapes say them.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

from loadstone.core.facts import Artifact, TensorFact
from loadstone.core.words import count
from loadstone.statedict.select import select

_PREPARE: Final = re.compile(
    r"(Pipeline|ColumnTransformer|FeatureUnion|Scaler|(?<!Label)Encoder|Transformer|Imputer"
    r"|Normalizer|(?<!Label)Binarizer|Discretizer|PolynomialFeatures|Selector)$"
)
_VECTORS: Final = ("Vectorizer", "FeatureHasher")  # they take texts or records
_WORDS: Final = re.compile(
    r"(^|[._])(wte|tok(en)?_?emb\w*|word_?emb\w*|embed_tokens|embed(ding)?s?|emb|encoder\.embed\w*)"
    r"\.weight$"
)
_PLACES: Final = re.compile(r"(^|[._])(wpe|pos(ition)?(al)?_?emb\w*)(\.weight)?$")
_OTHERS: Final = re.compile(r"(type|segment|pos(ition)?(al)?|relative\w*)_?emb\w*\.weight$")
_MOST: Final = 12  # names that are shown
Tensors = Mapping[str, TensorFact]


def takes(artifact: Artifact) -> tuple[str, ...]:
    """Return what is known of the inputs and outputs, and what a load has to be given, in words."""
    if artifact.damage:
        return ()
    if artifact.content == "model" and artifact.format in ("pickle", "joblib"):
        return tuple(_of_estimator(artifact))
    if artifact.framework == "torch" and artifact.content in ("state-dict", "checkpoint"):
        weights = select(artifact, None)
        return tuple(_of_tensors(weights.tensors)) if weights is not None else ()
    return ()


def _of_estimator(artifact: Artifact) -> Iterator[str]:
    features = artifact.detail.get("features")
    if type(features) is not int:
        return
    names = artifact.detail.get("feature_names")
    vectors = [item.name for item in artifact.modules if item.name.endswith(_VECTORS)]
    if vectors and not names:
        yield f"what its `{vectors[0]}` takes"
        return
    if isinstance(names, str) and names:
        held = names.split(", ")
        more = len(held) - _MOST
        shown = ", ".join(held[:_MOST]) + (f" and {more} more" if more > 0 else "")
        yield f"{count(features, 'column')}: {shown}"
    else:
        yield f"{count(features, 'column')}, whose names it does not hold"
    if not any(_PREPARE.search(module.name) for module in artifact.modules):
        yield "nothing in it prepares them: give them as `fit` was given them"
        alike = artifact.detail.get("coefficients_alike")
        if isinstance(alike, str):
            yield (
                f"most of its coefficients are alike ({alike}): the columns were scaled before the "
                "fit, or are of one unit"
            )


def _of_tensors(tensors: Tensors) -> Iterator[str]:
    """Yield what the tensors of a state dict say; the code and the preprocessing are elsewhere."""
    told = [*_of_texts(tensors), *_of_pictures(tensors)] or [*_of_rows(tensors)]
    if not told:
        return
    yield from told
    last = [(key, fact) for key, fact in tensors.items() if len(fact.shape) == 2]
    if last and last[-1][0].endswith(".weight") and not _WORDS.search(last[-1][0]):
        yield f"gives {count(last[-1][1].shape[0], 'number')} (`{last[-1][0]}`)"
    yield "what prepares them is not in the file"


def _of_texts(tensors: Tensors) -> Iterator[str]:
    tables = [(key, fact) for key, fact in tensors.items() if len(fact.shape) == 2]
    words = [
        (key, fact.shape[0])
        for key, fact in tables
        if _WORDS.search(key) and not _OTHERS.search(key)
    ]
    places = [(key, fact.shape[0]) for key, fact in tables if _PLACES.search(key)]
    if words and words[0][1] > 1:
        yield f"token ids below {words[0][1]:,} (`{words[0][0]}`)"
        if places:
            yield f"at most {count(places[0][1], 'position')} (`{places[0][0]}`)"


def _of_pictures(tensors: Tensors) -> Iterator[str]:
    """Yield what the first convolution takes, and the size where positions or a layer tell it."""
    filters = [(key, fact.shape) for key, fact in tensors.items() if len(fact.shape) == 4]
    if not filters or filters[0][1][1] not in (1, 3, 4):
        return
    key, shape = filters[0]
    yield f"pictures of {count(shape[1], 'channel')} (`{key}`)"
    size = _patched(tensors, shape)
    if size is not None:
        yield f"of {size[1]}×{size[1]} (`{size[0]}`)"
        return
    flat = _flattened(tensors, filters[-1][0], filters[-1][1][0])
    if flat is not None:
        yield f"of one size, {flat[1]}×{flat[1]} where `{flat[0]}` takes what is made of them"


def _of_rows(tensors: Tensors) -> Iterator[str]:
    """Yield what the first layer takes: of recurrent layers, or of linear ones after another."""
    weights = [(key, fact.shape) for key, fact in tensors.items() if len(fact.shape) > 1]
    if not weights or any(len(shape) != 2 for _, shape in weights):
        return
    key, shape = weights[0]
    if key.rpartition(".")[2] == "weight_ih_l0":
        yield f"sequences of {count(shape[1], 'number')} a step (`{key}`)"
        return
    follow = all(before[0] == after[1] for (_, before), (_, after) in itertools.pairwise(weights))
    if follow and all(
        name.endswith("weight") and f"{name[:-6]}bias" in tensors for name, _ in weights
    ):
        yield f"rows of {count(shape[1], 'number')} (`{key}`)"


def _patched(tensors: Tensors, shape: tuple[int, ...]) -> tuple[str, int] | None:
    """Return the tensor of positions, and the height of pictures, of a model of square patches."""
    if shape[2] != shape[3] or shape[2] < 4:
        return None
    for key, fact in tensors.items():
        if _PLACES.search(key) and len(fact.shape) == 3 and fact.shape[0] == 1:
            for extra in (1, 0, 2):  # tokens of its own
                side = math.isqrt(max(fact.shape[1] - extra, 0))
                if side > 1 and side * side == fact.shape[1] - extra:
                    return key, side * shape[2]
    return None


def _flattened(tensors: Tensors, last: str, channels: int) -> tuple[str, int] | None:
    """Return the first layer after the last convolution, and the side of the maps it flattens."""
    after = list(tensors)[list(tensors).index(last) + 1 :]
    for key in after:
        shape = tensors[key].shape
        if len(shape) == 2 and key.endswith(".weight"):
            area = shape[1] // channels if shape[1] % channels == 0 else 0
            side = math.isqrt(area)
            return (key, side) if side > 1 and side * side == area else None
    return None
