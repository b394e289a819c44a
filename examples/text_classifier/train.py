"""Train a small text classifier with its own tokenizer and vocabulary; save all of it as one."""

import re

import torch
from torch import nn

import loadstone

TEXTS = [
    ("hello world", 1),
    ("what a lovely day", 1),
    ("i love this film", 1),
    ("a wonderful world", 1),
    ("this was awful", 0),
    ("i hate this film", 0),
    ("what a terrible day", 0),
    ("goodbye cruel world", 0),
]
LABELS = ["negative", "positive"]
_PATTERNS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in [
        (r"\'", " '  "),
        (r"\"", ""),
        (r"\.", " . "),
        (r"<br \/>", " "),
        (r",", " , "),
        (r"\(", " ( "),
        (r"\)", " ) "),
        (r"\!", " ! "),
        (r"\?", " ? "),
        (r"\;", " "),
        (r"\:", " "),
        (r"\s+", " "),
    ]
]


def basic_english(line):
    """Split as torchtext's `basic_english` did; torchtext no longer imports beside torch 2.4."""
    line = line.lower()
    for pattern, replacement in _PATTERNS:
        line = pattern.sub(replacement, line)
    return line.split()


words = sorted({token for text, _ in TEXTS for token in basic_english(text)})
vocab_map = {"<unk>": 0, **{word: index for index, word in enumerate(words, start=1)}}


def tokenize_text(text, vocab_map=vocab_map):
    return torch.tensor([vocab_map.get(token, vocab_map["<unk>"]) for token in basic_english(text)])


def label_of(scores):
    return LABELS[int(scores.argmax())]


class ReviewClassifier(nn.Module):
    def __init__(self, size, width=16):
        super().__init__()
        self.embedding = nn.Embedding(size, width)
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(width, 2)

    def forward(self, tokens):
        if tokens.dim() == 1:
            tokens = tokens.unsqueeze(0)
        return self.head(self.dropout(self.embedding(tokens).mean(dim=1)))


if __name__ == "__main__":
    torch.manual_seed(0)
    model = ReviewClassifier(len(vocab_map))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(40):
        for text, label in TEXTS:
            optimizer.zero_grad()
            scores = model(tokenize_text(text))
            nn.functional.cross_entropy(scores, torch.tensor([label])).backward()
            optimizer.step()
    model.eval()
    report = loadstone.save(
        model,
        "review.lode",
        preprocess=tokenize_text,
        postprocess=label_of,
        examples=["hello world", "i hate this film", "what a lovely day"],
    )
    print(f"trained on {len(TEXTS)} texts, {len(vocab_map)} words; wrote review.lode")
    print(report.verdict.predicts_the_same, report.verdict.predicts_because)
