"""LS148: word vectors of word2vec, which neither pickle nor fastText loads."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix, text
from loadstone.core import Artifact, Finding, Fix, check

VECTORS = "word vectors in the text format of word2vec"
BINARY = "word vectors in the binary format of word2vec"
OWN = (".vec", ".txt")  # the names that such files have


@check("LS148", since="0.2", supersedes=("LS003", "LS012"), covers=("sklearn/W07", "sklearn/W08"))
def word_vectors(artifact: Artifact) -> Iterator[Finding]:
    """The file holds word vectors of word2vec, and no model of gensim or fastText.

    ## Why it breaks
    It is the exchange format: how many words of how many numbers, then each word with its numbers,
    as a line of text or in binary.
    `Word2Vec.load` unpickles, and says `invalid load key, '3'`; `fasttext.load_model` says `has
    wrong file format`. What a model has beyond the vectors, such as subwords, is not in it.

    ## Example
    ```python fails=LS148
    artifact(
        "w2v.bin",
        format="text",
        content="none",
        detail={"kind": "word vectors in the text format of word2vec"},
    )
    ```

    ## Fix
    Load it with gensim's `KeyedVectors`.

    ## See also
    <https://radimrehurek.com/gensim/models/keyedvectors.html>
    """
    kind = text(artifact.detail, "kind")
    if (artifact.format, kind) not in (("text", VECTORS), ("unknown", BINARY)):
        return
    binary = ", binary=True" if kind == BINARY else ""
    yield Finding(
        f"`{artifact.name}` holds {kind}, and no model",
        at=here(artifact),
        severity="note" if suffix(artifact) in OWN or binary else "error",
        fix=Fix(
            "load the vectors with gensim",
            safety="manual",
            python="from gensim.models import KeyedVectors\n\n"
            f"vectors = KeyedVectors.load_word2vec_format({artifact.path!r}{binary})\n",
        ),
    )
