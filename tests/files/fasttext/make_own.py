# /// script
# requires-python = "==3.11.*"
# dependencies = ["fasttext-wheel==0.9.2", "numpy<2.4"]
# ///
"""Write models with fastText itself, and tell what it reads back: `python make_own.py FOLDER`."""

import hashlib
import json
import random
import sys
from pathlib import Path

import fasttext
import numpy as np

OUT = Path(sys.argv[1])
LINES = 60


def texts():
    pick = random.Random(0)
    words = [f"word{number}" for number in range(40)]
    for line in range(LINES):
        yield f"__label__{'abc'[line % 3]} " + " ".join(pick.sample(words, 6))


def told(model, name):
    path = str(OUT / name)
    model.save_model(path)
    again = fasttext.load_model(path)
    held = {"dim": again.get_dimension(), "words": len(again.get_words())}
    if "uns" not in name:
        held["labels"] = len(again.get_labels())
    if not again.is_quantized():
        for key, matrix in (
            ("input", again.get_input_matrix()),
            ("output", again.get_output_matrix()),
        ):
            packed = np.ascontiguousarray(matrix, dtype="<f4")
            held[key] = [list(packed.shape), hashlib.sha256(packed.tobytes()).hexdigest()]
    return held


def main():
    given = OUT / "given.txt"
    given.write_text("\n".join(texts()))
    common = {"dim": 4, "epoch": 1, "thread": 1, "verbose": 0}
    truth = {}
    made = fasttext.train_supervised(str(given), minn=2, maxn=3, bucket=300, **common)
    truth["supervised.bin"] = told(made, "supervised.bin")
    made.quantize()
    truth["supervised.ftz"] = told(made, "supervised.ftz")
    plain = fasttext.train_supervised(str(given), loss="hs", **common)
    truth["words_alone.bin"] = told(plain, "words_alone.bin")
    vectors = fasttext.train_unsupervised(str(given), model="cbow", minCount=1, bucket=20, **common)
    truth["uns.bin"] = told(vectors, "uns.bin")
    given.unlink()
    (OUT / "own.json").write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    main()
