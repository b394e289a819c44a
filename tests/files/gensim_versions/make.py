"""Models of gensim by several versions, with the arrays that each loads again.

Run in an environment of each: Python 3.8 with gensim 3.8.3, 3.11 with gensim 4.3.3. Large arrays
are kept apart from 10 elements on.
"""

import hashlib
import json
from pathlib import Path

import gensim
import numpy as np
from gensim import corpora, models
from gensim.models.doc2vec import TaggedDocument
from gensim.utils import SaveLoad

HERE = Path(__file__).resolve().parent
VERSION = gensim.__version__
OLD = VERSION.startswith("3.")
WORDS = [["good", "film", "and", "bad"], ["bad", "film", "or", "good"]] * 3
GIVEN = {"min_count": 1, "workers": 1, "seed": 0}
GIVEN.update({"size": 4, "iter": 1} if OLD else {"vector_size": 4, "epochs": 1})


def arrays(value, before="", depth=0):
    """Every array that hangs on a loaded object, by its attribute."""
    for name, held in vars(value).items():
        if isinstance(held, np.ndarray) and held.dtype != object:
            packed = np.ascontiguousarray(held)
            digest = hashlib.sha256(packed.tobytes()).hexdigest()[:16]
            yield before + name, [str(held.dtype), list(held.shape), digest]
        elif isinstance(held, SaveLoad) and depth < 4:
            yield from arrays(held, f"{before}{name}.", depth + 1)


def main():
    dictionary = corpora.Dictionary(WORDS)
    bags = [dictionary.doc2bow(line) for line in WORDS]
    tagged = [TaggedDocument(line, [number]) for number, line in enumerate(WORDS)]
    word2vec = models.Word2Vec(WORDS, **GIVEN)
    made = {
        "word2vec": word2vec,
        "vectors": word2vec.wv,
        "fasttext": models.FastText(WORDS, bucket=50, **GIVEN),
        "doc2vec": models.Doc2Vec(tagged, **GIVEN),
        "tfidf": models.TfidfModel(bags),
        "lsi": models.LsiModel(bags, num_topics=2, id2word=dictionary),
        "phrases": models.Phrases(WORDS, min_count=1, threshold=1),
        "dictionary": dictionary,
    }
    truth = {}
    for name, model in made.items():
        path = HERE / f"{VERSION}-{name}.model"
        model.save(str(path), sep_limit=10) if name != "lsi" else model.save(str(path))
        again = type(model).load(str(path))
        kind = type(again)
        truth[path.name] = {
            "class": f"{kind.__module__}.{kind.__qualname__}",
            "arrays": dict(arrays(again)),
            "beside": sorted(
                other.name for other in HERE.glob(f"{path.name}.*") if other.suffix != ".json"
            ),
        }
    (HERE / f"truth_{VERSION}.json").write_text(json.dumps(truth, indent=1) + "\n")


main()
