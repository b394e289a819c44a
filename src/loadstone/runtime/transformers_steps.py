"""What is around a model of transformers: its tokenizer, and the names and scores of its labels.

Both are declared in a bundle, and no code: the files of the tokenizer, the names as a list.
https://huggingface.co/docs/transformers/main_classes/pipelines
"""

import contextlib
import importlib
import json
import os
import tempfile
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional

from . import lookups

TOKENIZER, LABELS = "tokenizer", "labels"  # kinds of steps
CONFIG = "tokenizer_config.json"


def load(step: Mapping[str, Any], read: Callable[[str], Any]) -> Any:
    """Return the step that a manifest declares; `read` gives the bytes of a file by its name."""
    if step["kind"] == LABELS:
        return Labelled(step["labels"], step["scoring"])
    if step["kind"] != TOKENIZER:
        raise ValueError("`{}` is not a kind of step".format(step["kind"]))  # noqa: EM103 - messages read better where they are raised
    files = {name: read("{}/{}".format(step["folder"], name)) for name in step["files"]}
    return Encode(tokenizer(files), truncation=step["truncation"], longest=step["longest"])


def pickled(names: Iterable[str]) -> List[str]:
    """Return the files that a tokenizer of an older transformers unpickles: TransfoXL's."""
    return [
        name
        for name in names
        if name.endswith((".pkl", ".pickle")) or os.path.basename(name) == "vocab.bin"
    ]


def named(config: Any) -> Optional[str]:
    """Return a file that the bytes of a `tokenizer_config.json` name, or nothing.

    Most versions of transformers give it to the tokenizer in the place of the folder's own, and
    one of them unpickles it.
    """
    try:
        waiting = [json.loads(bytes(config).decode("utf-8"))]
    except (ValueError, RecursionError):
        return None  # transformers says so itself
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [held for key, held in value.items() if key != "special_tokens_map_file"]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and "\0" not in value and os.path.isfile(value):
            return value
    return None


def tokenizer(files: Mapping[str, Any]) -> Any:
    """Return the tokenizer of the files of a folder, by name; no code of theirs runs."""
    for name in pickled(files):
        raise ValueError("`{}` is a pickle, and a tokenizer is data".format(name))  # noqa: EM103 - as above
    file_named = named(files.get(CONFIG, b""))
    if file_named is not None:
        raise ValueError("`{}` names the file `{}`".format(CONFIG, file_named))  # noqa: EM103 - as above
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            if name != os.path.basename(name) or name in ("", ".", ".."):
                raise ValueError("`{}` is no name of a file".format(name))  # noqa: EM103 - as above
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        with quiet() as transformers:
            return tokenizer_in(transformers, folder)


def tokenizer_in(transformers: Any, folder: str) -> Any:
    """Return the tokenizer of a folder, whose files were looked at.

    Transformers 5 renamed the class of any `tokenizer.json`, and 4 does not know the new name.
    """
    options: Dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    config = os.path.join(folder, CONFIG)
    if not hasattr(transformers, _RENAMED) and os.path.exists(config):
        with open(config, "rb") as file:
            told = json.loads(file.read().decode("utf-8"))
        if told.get("tokenizer_class") == _RENAMED:
            options["model_input_names"] = told.get("model_input_names", _NAMES)
            return transformers.PreTrainedTokenizerFast.from_pretrained(folder, **options)
    return transformers.AutoTokenizer.from_pretrained(folder, **options)


_RENAMED = "TokenizersBackend"
_NAMES = ["input_ids", "attention_mask"]  # that it gives where its config names none


class Encode:
    """Texts to the tensors that a model takes, padded to the longest of the batch.

    Texts longer than `longest`, by default what the tokenizer says, are cut with `truncation`.
    """

    def __init__(
        self, tokenizer: Any, *, truncation: bool = False, longest: Optional[int] = None
    ) -> None:
        self.tokenizer = tokenizer
        most = longest or getattr(tokenizer, "model_max_length", None)
        self.longest = most if most and most < 1 << 40 else None
        self.truncation = truncation and self.longest is not None

    def __call__(self, given: Any) -> Dict[str, Any]:
        """Return the tensors of a list of texts by the names of the model's parameters."""
        given = list(given)
        made = self.tokenizer(
            given,
            padding=len(given) > 1,
            truncation=self.truncation,
            max_length=self.longest if self.truncation else None,
            return_tensors="pt",
        )
        if lookups.current() is not None:
            self._count(given, made)
        return dict(made)

    def longer(self, given: List[str]) -> int:
        """Return how many of the texts are cut."""
        if not self.truncation:
            return 0
        sizes = [len(item) for item in self.tokenizer(given, verbose=False)["input_ids"]]
        return sum(size > (self.longest or size) for size in sizes)

    @property
    def counts(self) -> bool:
        """Whether its tokenizer has a token for what it does not know."""
        return getattr(self.tokenizer, "unk_token_id", None) is not None

    def count(self, given: List[str]) -> None:
        """Note how many tokens of texts are unknown."""
        longest = self.longest if self.truncation else None
        cut = {"truncation": self.truncation, "max_length": longest}
        self._count(given, self.tokenizer(given, verbose=False, **cut))

    def _count(self, given: List[str], made: Any) -> None:
        """Note how many tokens are unknown, and what they were where the tokenizer tells."""
        unknown = getattr(self.tokenizer, "unk_token_id", None)
        special = set(getattr(self.tokenizer, "all_special_ids", ())) - {unknown}
        log = lookups.current()
        located = log is not None and log.is_batch(given)
        numbers = made["input_ids"]
        for at, row in enumerate(numbers.tolist() if hasattr(numbers, "tolist") else numbers):
            spans = made.encodings[at].offsets if getattr(made, "encodings", None) else None
            words: List[str] = []
            looked_up = missed = 0
            for place, number in enumerate(row):
                looked_up += number not in special
                if number == unknown:
                    missed += 1
                    if spans:
                        start, end = spans[place]
                        words.append(given[at][start:end])
            lookups.note("tokenizer", looked_up, missed, words, at if located else None)


class Labelled:
    """Logits to the label with the highest score, as the pipeline of transformers tells it."""

    def __init__(self, labels: List[str], scoring: str) -> None:
        self.labels = list(labels)
        self.scoring = scoring

    def __call__(self, outputs: Any) -> List[Dict[str, Any]]:
        """Return `{"label": …, "score": …}` of every row."""
        logits = outputs if hasattr(outputs, "detach") else outputs["logits"]
        scores = scored(logits.detach().float().cpu().numpy(), self.scoring)
        return [
            {"label": self.labels[int(row.argmax())], "score": float(row.max())} for row in scores
        ]


@contextlib.contextmanager
def quiet() -> Iterator[Any]:
    """Give transformers, which prints no bars and no reports of a load meanwhile."""
    transformers = importlib.import_module("transformers")
    logging = transformers.utils.logging
    shown = getattr(logging, "is_progress_bar_enabled", lambda: False)()  # since 4.23
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    if shown:
        logging.disable_progress_bar()
    try:
        yield transformers
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()


def labels(config: Any) -> List[str]:
    """Return the names of the labels in their order."""
    named = {int(key): str(name) for key, name in (config.id2label or {}).items()}
    return [named.get(at, "LABEL_{}".format(at)) for at in range(int(config.num_labels))]


def scoring(config: Any) -> str:
    """Return what makes scores of the outputs, as the pipeline of transformers chooses it."""
    kind = getattr(config, "problem_type", None)
    if kind == "regression":
        return "none"
    if kind == "multi_label_classification" or int(config.num_labels) == 1:
        return "sigmoid"
    return "softmax"


def scored(logits: Any, how: str) -> Any:
    """Return the scores of logits: those of a row, or each for itself."""
    import numpy as np

    if how == "none":
        return logits
    if how == "sigmoid":
        return 1.0 / (1.0 + np.exp(-logits))
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
