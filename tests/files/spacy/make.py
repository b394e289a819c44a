"""Pipelines of spaCy, small and trained, by several spaCys, with what each says after loading them.

Run in an environment of each: Python 3.8 with spacy 2.3.9, 3.9 with 3.1.7, 3.11 with 3.8.7.
The words of the languages are left out of vocabulary and tokenizer: they are most of the bytes.
"""

import hashlib
import json
import random
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import spacy

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
OLD = spacy.__version__.startswith("2.")
TEXTS = [
    ("Acme buys Widgets", {"cats": {"BUY": 1.0, "SELL": 0.0}, "entities": [(0, 4, "ORG")]}),
    ("Bolts sells Acme", {"cats": {"BUY": 0.0, "SELL": 1.0}, "entities": [(12, 16, "ORG")]}),
]
TOK2VEC = """
[model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v1"
pretrained_vectors = null
width = 8
depth = 1
embed_size = 50
window_size = 1
maxout_pieces = 2
subword_features = false
"""
NER = """
[model]
@architectures = "spacy.TransitionBasedParser.v1"
state_type = "ner"
extra_state_tokens = false
hidden_width = 8
maxout_pieces = 2
use_upper = true
nO = null
"""
CATS = """
[model]
@architectures = "spacy.TextCatCNN.v1"
exclusive_classes = true
nO = null
"""


def blank():
    nlp = spacy.blank("xx")
    nlp.tokenizer.rules = {}
    nlp.tokenizer.prefix_search = nlp.tokenizer.suffix_search = None
    nlp.tokenizer.infix_finditer = nlp.tokenizer.token_match = nlp.tokenizer.url_match = None
    return nlp


def config(text):
    from thinc.api import Config

    return Config().from_str(text)


def trained(components):
    nlp = blank()
    if OLD:
        from spacy.util import minibatch

        for name in components:
            given = (
                {"exclusive_classes": True, "architecture": "simple_cnn"}
                if name == "textcat"
                else {}
            )
            nlp.add_pipe(nlp.create_pipe(name, config=given))
        if "textcat" in components:
            nlp.get_pipe("textcat").add_label("BUY")
            nlp.get_pipe("textcat").add_label("SELL")
        if "ner" in components:
            nlp.get_pipe("ner").add_label("ORG")
        widths = {"token_vector_width": 8, "hidden_width": 8, "embed_size": 50, "conv_depth": 1}
        optimizer = nlp.begin_training(component_cfg={name: dict(widths) for name in components})
        for _ in range(3):
            for batch in minibatch(TEXTS, 2):
                nlp.update([one for one, _ in batch], [two for _, two in batch], sgd=optimizer)
        return nlp
    from spacy.training import Example

    given = {"ner": config(NER + TOK2VEC), "textcat": config(CATS + TOK2VEC)}
    for name in components:
        nlp.add_pipe(name, config=dict(given[name]))
    examples = [Example.from_dict(nlp.make_doc(one), two) for one, two in TEXTS]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(3):
        nlp.update(examples, sgd=optimizer)
    return nlp


def textcat():
    return trained(["textcat"])


def ner():
    return trained(["ner"])


def both():
    return trained(["ner", "textcat"])


def vectors():
    nlp = blank()
    for number, word in enumerate(["acme", "bolts", "widgets"]):
        nlp.vocab.set_vector(word, np.arange(5, dtype=np.float32) + number)
    nlp.meta.update({"name": "small", "version": "1.2.3", "description": "three words"})
    return nlp


def rules():
    nlp = blank()
    if OLD:
        nlp.add_pipe(nlp.create_pipe("sentencizer"))
        ruler = nlp.create_pipe("entity_ruler")
        nlp.add_pipe(ruler)
    else:
        nlp.add_pipe("sentencizer")
        ruler = nlp.add_pipe("entity_ruler", name="companies")
        nlp.disable_pipe("companies")
    ruler.add_patterns([{"label": "ORG", "pattern": "Acme"}])
    return nlp


def own():
    """A component of one's own: its factory is registered by code that the folder has not."""
    if OLD:
        nlp = blank()
        nlp.add_pipe(lambda doc: doc, name="shout")
        return nlp
    import spacy.language

    spacy.language.Language.component("shout", func=lambda doc: doc)
    nlp = blank()
    nlp.add_pipe("shout")
    return nlp


def labels(nlp, name):
    return sorted(getattr(nlp.get_pipe(name), "labels", ()))


def arrays(nlp, name):
    """Return the weights that a component holds once it is loaded, as the reader names them."""
    model = getattr(nlp.get_pipe(name), "model", None)
    if model is None or isinstance(model, bool):
        return {}
    return dict(_old_arrays(model) if OLD else _arrays(model))


def _arrays(model):
    for number, node in enumerate(model.walk()):
        for key in node.param_names:
            if node.has_param(key):
                yield f"{number}.{node.name}.{key}", described(node.get_param(key))


def _old_arrays(model):
    """Walk thinc 7 as its own `to_bytes` does."""
    queue, number = [model], 0
    for layer in queue:
        if hasattr(layer, "_mem"):
            for (place, key), (_, row, _) in layer._mem._offsets.items():
                if row != 1:
                    yield f"{number}.{key}", described(layer._mem.get((place, key)))
            number += 1
        queue.extend(getattr(layer, "_layers", ()))


def described(array):
    data = np.ascontiguousarray(array)
    return [str(data.dtype), list(data.shape), hashlib.sha256(data.tobytes()).hexdigest()[:16]]


def told(folder):
    nlp = spacy.load(folder)
    names = list(nlp.pipe_names) if OLD else list(nlp.component_names)
    return {
        "version": spacy.__version__,
        "lang": nlp.lang,
        "name": nlp.meta.get("name"),
        "own_version": nlp.meta.get("version"),
        "spacy_version": nlp.meta.get("spacy_version"),
        "components": names,
        "disabled": [] if OLD else list(nlp.disabled),
        "factories": {
            name: nlp.get_pipe(name).name if OLD else nlp.get_pipe_meta(name).factory
            for name in names
        },
        "labels": {name: labels(nlp, name) for name in names},
        "arrays": {name: arrays(nlp, name) for name in names},
        "vectors": described(nlp.vocab.vectors.data),
        "cats": nlp("Acme buys").cats,
    }


def main():
    (HERE / "truth").mkdir(exist_ok=True)
    for maker in (textcat, ner, both, vectors, rules, own):
        if sys.argv[1:] and maker.__name__ not in sys.argv[1:]:
            continue
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002 - what thinc draws from
        if OLD and maker in (textcat, both):  # 3.7 MB each, whatever widths are asked for
            continue
        name = f"{spacy.__version__}-{maker.__name__}"
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        maker().to_disk(folder)
        try:
            held = told(folder)
        except (ValueError, KeyError) as error:
            held = {"version": spacy.__version__, "error": str(error)[:300]}
        (HERE / "truth" / f"{name}.json").write_text(json.dumps(held) + "\n")


main()
