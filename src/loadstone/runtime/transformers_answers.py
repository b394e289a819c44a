"""Answers to questions, found in a context: as the pipeline of transformers 4 found them.

Transformers 5 has no such pipeline any more.
https://github.com/huggingface/transformers/blob/v4.57.0/src/transformers/pipelines/question_answering.py
"""

from typing import Any, Dict, Iterator, List, Tuple

from . import held
from .rows import MisfitError, are_records, column, names_of
from .transformers_steps import quiet

_LONGEST = 15  # tokens of an answer
_TOKENS, _STRIDE = 384, 128  # of a window, and what two windows share
_CANDIDATES = 12  # of a window
_LEFT_OUT = -10000.0  # the logit of what no answer begins or ends with


class Answers:
    """A model that is asked with records of `question` and `context`."""

    how = "answers"

    def __init__(self, made: Any) -> None:
        self.model, self.tokenizer, self.notes = made.model, made.tokenizer, made.notes
        if not self.tokenizer.is_fast:
            why = "its tokenizer does not tell where tokens lie in a text: it is a slow one"
            raise held.RefusedError(why, "object")
        self.question_first = self.tokenizer.padding_side == "right"

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {"model": type(self.model).__name__, "how": self.how, "names": None}

    def predict(self, rows: Any, probabilities: bool) -> Dict[str, Any]:  # noqa: ARG002, FBT001 - as every model
        """Return `score`, `start`, `end` and `answer` of every row."""
        from .columns_from import objects

        return {"predictions": objects([self._answer(*row) for row in questions(rows)])}

    def _answer(self, question: str, context: str) -> Dict[str, Any]:
        """Return the best answer; what several places or windows give counts together."""
        import torch

        found: Dict[str, Dict[str, Any]] = {}
        with quiet(), torch.no_grad():
            encoded = self._windows(question, context)
            for at in range(len(encoded["input_ids"])):
                given = {
                    name: torch.tensor([encoded[name][at]])
                    for name in self.tokenizer.model_input_names
                    if name in encoded
                }
                outputs = self.model(**given)
                logits = [item.float().numpy()[0] for item in (outputs[0], outputs[1])]
                for score, start, end in self._best(encoded, at, logits):
                    text = context[start:end]
                    told = {"score": 0.0, "start": start, "end": end, "answer": text}
                    found.setdefault(text.lower(), told)["score"] += score
        nothing = {"score": 0.0, "start": 0, "end": 0, "answer": ""}
        return max(found.values(), key=lambda item: item["score"], default=nothing)

    def _windows(self, question: str, context: str) -> Any:
        """Return the tokens of the question with each piece of the context that has room."""
        most = min(self.tokenizer.model_max_length, _TOKENS)
        pair = (question, context) if self.question_first else (context, question)
        return self.tokenizer(
            *pair,
            truncation="only_second" if self.question_first else "only_first",
            max_length=most,
            stride=min(most // 2, _STRIDE),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )

    def _best(self, encoded: Any, at: int, logits: List[Any]) -> Iterator[Tuple[float, int, int]]:
        """Yield the scores and the places of the best answers of a window."""
        import numpy as np

        wanted = 1 if self.question_first else 0
        inside = np.array([part == wanted for part in encoded.sequence_ids(at)])
        allowed = inside.copy()
        first = self.tokenizer.cls_token_id
        if first is not None:  # takes its share of the scores, and is no answer
            allowed |= np.array(encoded["input_ids"][at]) == first
        scores = []
        for values in logits:
            raised = np.where(allowed, values, _LEFT_OUT)
            raised = np.exp(raised - raised.max())
            scores.append(raised / raised.sum())
            scores[-1][0] = 0.0
        both = np.tril(np.triu(np.outer(*scores)), _LONGEST - 1)
        for flat in np.argsort(-both, axis=None, kind="stable")[:_CANDIDATES]:
            start, end = np.unravel_index(int(flat), both.shape)
            if inside[start] and inside[end]:
                left, right = self._place(encoded, at, int(start), int(end))
                yield float(both[start, end]), left, right

    def _place(self, encoded: Any, at: int, start: int, end: int) -> Tuple[int, int]:
        """Return where an answer begins and ends in the context: at words, where these are told."""
        wanted = 1 if self.question_first else 0
        window = encoded.encodings[at]
        words = (window.token_to_word(start), window.token_to_word(end))
        if None not in words:
            return (
                window.word_to_chars(words[0], wanted)[0],
                window.word_to_chars(words[1], wanted)[1],
            )
        return window.offsets[start][0], window.offsets[end][1]


def questions(rows: Any) -> Iterator[Tuple[str, str]]:
    """Yield question and context of every row; raises `MisfitError` for rows without them."""
    names = names_of(rows) if are_records(rows) else []
    if not {"question", "context"} <= set(names):
        why = "the model takes records of `question` and `context`"
        raise MisfitError(why, "columns-missing", ("question", "context"))
    asked, contexts = (list(column(rows, name)) for name in ("question", "context"))
    for at, pair in enumerate(zip(asked, contexts)):  # noqa: B905 - Python 3.6 has no `strict`
        if not all(isinstance(item, str) and item.strip() for item in pair):
            raise MisfitError("row {} has no question, or no context".format(at + 1), "texts")  # noqa: EM103 - messages read better where they are raised
        yield pair
