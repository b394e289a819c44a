"""What `Predictor.predict` adds to a call of the bare module, for arrays and for tensors.

The bundle is saved with 4 examples, which say nothing of ranges, and with 64, whose ranges every
call is compared with. Texts of 40 words go through vocabularies, whose look-ups are counted.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench._measure import Table, calls

OURS = "Predictor.predict"


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield a table for numpy arrays, and one for tensors."""
    import torch

    import loadstone

    torch.set_num_threads(1)
    model = torch.nn.Linear(8, 2).eval()
    tensor = torch.randn(4, 8)
    array = tensor.numpy()
    predictors = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (4, 64):
            path = Path(folder) / f"{count}.lode"
            loadstone.save(model, path, examples=torch.randn(count, 8).numpy(), forms=["native"])
            predictors[count] = loadstone.load(path)

    @torch.inference_mode()
    def of_array(given: Any) -> Any:
        return model(torch.from_numpy(given)).numpy()

    @torch.inference_mode()
    def of_tensor(given: Any) -> Any:
        return model(given)

    rounds, each = (1, 10) if quick else (9, 3000)
    for count, predictor in predictors.items():
        for kind, bare, given in (("array", of_array, array), ("tensor", of_tensor, tensor)):
            contenders = {
                OURS: lambda predictor=predictor, given=given: predictor.predict(given),
                "the module, torch.inference_mode": lambda bare=bare, given=given: bare(given),
            }
            title = f"predict, {kind} 4×8, saved with {count} examples"
            table = Table(title, calls(contenders, rounds, each), OURS, "µs")
            ours, other = (statistics.median(row.cpu) * 1e6 for row in table.rows)
            table.notes.append(f"overhead per call, processor time: {ours - other:.1f} µs")
            yield table
    yield from _counted(rounds, 3 if quick else 30)


def _counted(rounds: int, each: int) -> Iterator[Table]:
    """Yield a table for each of some vocabularies: 100 texts, counted and not."""
    from sklearn.feature_extraction.text import CountVectorizer

    from loadstone.runtime import counted, lookups
    from loadstone.runtime.steps import Steps

    texts = [" ".join(f"w{(at * 37 + word * 11) % 997}" for word in range(40)) for at in range(100)]
    known = {f"w{at}": at for at in range(950)}  # of 997: one word in twenty is unknown
    words = CountVectorizer(vocabulary=known)

    class Own:
        """Code of a bundle's own, which holds both."""

        __module__ = "_loadstone_bench"

        def __init__(self) -> None:
            self.known, self.words = dict(known), CountVectorizer(vocabulary=known)

    own = Own()
    counted.instrument(own)
    kinds = {
        "a dict": (
            lambda text: [known.get(word, 0) for word in text.split()],
            lambda text: [own.known.get(word, 0) for word in text.split()],
            "one",
        ),
        "a CountVectorizer": (words.transform, own.words.transform, "batch"),
    }
    for name, (plain, counting, plan) in kinds.items():
        bare = Steps(plain, {"preprocess": plan}, plain)
        ours = Steps(plain, {"preprocess": plan}, counting)

        def count(ours: Steps = ours) -> Any:
            with lookups.recording({}) as log:
                ours.prepare(texts)
            return lookups.summary(log)

        contenders = {
            "counted, with rows": count,
            "not counted": lambda bare=bare: bare.prepare(texts),
        }
        title = f"100 texts of 40 words through {name}"
        table = Table(title, calls(contenders, rounds, each), "counted, with rows", "µs")
        ours_took, other = (statistics.median(row.cpu) * 1e6 for row in table.rows)
        table.notes.append(f"overhead per look-up: {(ours_took - other) / 4000:.2f} µs")
        yield table
