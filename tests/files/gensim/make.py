# /// script
# requires-python = "==3.11.*"
# dependencies = ["gensim==4.4.0", "numpy<2.4"]
# ///
"""Save models of gensim, large arrays apart, and tell what gensim loads again: `make.py`."""

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
from gensim import corpora, models
from gensim.utils import SaveLoad

HERE = Path(__file__).parent
APART = 10  # elements, from which on an array gets a file of its own
PICKLED = "saved_then_pickled.pkl"


def arrays(value, before="", depth=0):
    """Every array that hangs on a loaded object, by its attribute."""
    for name, held in vars(value).items():
        if isinstance(held, np.ndarray) and held.dtype != object:
            packed = np.ascontiguousarray(held)
            digest = hashlib.sha256(packed.tobytes()).hexdigest()
            yield before + name, [str(held.dtype), list(held.shape), digest]
        elif isinstance(held, SaveLoad) and depth < 4:
            yield from arrays(held, f"{before}{name}.", depth + 1)


def main():
    words = [["good", "film", "and", "bad"], ["bad", "film", "or", "good"]] * 3
    given = {"min_count": 1, "vector_size": 4, "epochs": 1, "workers": 1, "seed": 0}
    word2vec = models.Word2Vec(words, **given)
    dictionary = corpora.Dictionary(words)
    bags = [dictionary.doc2bow(line) for line in words]
    made = {
        "word2vec.model": (word2vec, APART),
        "vectors.kv": (word2vec.wv, APART),
        "whole.model": (word2vec, 10_000),
        "lda.model": (
            models.LdaModel(bags, num_topics=2, id2word=dictionary, random_state=0),
            APART,
        ),
    }
    truth = {}
    for name, (model, limit) in made.items():
        model.save(str(HERE / name), sep_limit=limit) if name != "lda.model" else model.save(
            str(HERE / name)
        )
        again = type(model).load(str(HERE / name))
        truth[name] = {"class": type(again).__name__, "arrays": dict(arrays(again))}
    lda = made["lda.model"][0]  # which remembers that its array was saved apart
    (HERE / PICKLED).write_bytes(pickle.dumps(lda))
    again = pickle.loads((HERE / PICKLED).read_bytes())
    truth[PICKLED] = {"class": type(again).__name__, "arrays": dict(arrays(again))}
    (HERE / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    main()
