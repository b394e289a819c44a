# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "transformers==4.57.3"]
# ///
"""Make `answers`: a small model of questions, and what the pipeline of transformers 4 answered."""

import json
import random
import shutil
from pathlib import Path

import torch
import transformers

HERE = Path(__file__).parent
WORDS = [
    "a",
    "lovely",
    "film",
    "what",
    "dreadful",
    "day",
    "truly",
    "boring",
    "hello",
    "rome",
    "plot",
    "delight",
    ",",
    ".",
    "the",
    "nothing",
]

folder = HERE / "answers"
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir()
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(HERE / "reviews" / name, folder)
settings = json.loads((folder / "tokenizer_config.json").read_text())
settings |= {"tokenizer_class": "BertTokenizer", "model_max_length": 64}
(folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2))
torch.manual_seed(0)
config = transformers.BertConfig(
    vocab_size=160,
    hidden_size=8,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=8,
    max_position_embeddings=64,
    initializer_range=0.8,
)
model = transformers.BertForQuestionAnswering(config).eval()
model.save_pretrained(folder)
ask = transformers.pipeline("question-answering", model=str(folder))
draw = random.Random(1)
rows = [
    {
        "question": " ".join(draw.choices(WORDS, k=draw.randint(2, 6))),
        "context": " ".join(draw.choices(WORDS, k=size)),
    }
    for size in (1, 3, 8, 20, 60, 200, 1, 3, 8, 20, 60, 90)
]
told = [{**row, **ask(question=row["question"], context=row["context"])} for row in rows]
(folder / "truth.json").write_text(json.dumps(told, indent=1))
