# /// script
# requires-python = "==3.11.*"
# dependencies = ["gensim==4.4.0"]
# ///
"""Write a model in fastText's binary format with gensim, and tell what gensim reads back."""

import json
import sys
from pathlib import Path

from gensim.models import FastText
from gensim.models.fasttext import load_facebook_model, save_facebook_model

words = [["good", "film", "and", "bad"], ["bad", "film", "or", "good"]] * 3
model = FastText(words, vector_size=4, min_count=1, epochs=1, bucket=16, seed=0, workers=1)
path = Path(sys.argv[1]) / "gensim.bin"
save_facebook_model(model, str(path))
loaded = load_facebook_model(str(path))
told = {"dim": loaded.vector_size, "words": len(loaded.wv), "bucket": loaded.wv.bucket}
told |= {"minn": loaded.wv.min_n, "maxn": loaded.wv.max_n, "ws": loaded.window}
(Path(sys.argv[1]) / "truth.json").write_text(json.dumps(told, indent=0) + "\n")
