"""LS404: modules were renamed between saving and loading."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import rename_rows, step_fix, target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match, Step

ROWS = 4
COVERS = ("torch/E14", "torch/E15", "torch/E18", "torch/E19")
UNDECIDED = (
    "both sides are listed in their own order; a wrong pairing would load and predict something "
    "else, so none is offered"
)

SETTLING = "`--examples` with the outputs expected of them tell it: each way is tried"


@check("LS404", since="0.1", supersedes=("LS400", "LS401"), covers=COVERS)
def renamed_modules(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """A layer has another name in the file than in the target.

    ## Why it breaks
    The names in a state dict are the attribute names of the class at the time of saving. Rename
    `self.fc2` to `self.out`, and `fc2.weight` is no longer expected.

    ## Example
    ```python fails=LS404
    save({"fc1.weight": zeros(5, 10), "fc2.weight": zeros(2, 5)})
    load_into({"fc1.weight": zeros(5, 10), "out.weight": zeros(2, 5)})
    ```

    ## Fix
    Safe: names change, tensors do not. Each pair is told by evidence: by shapes that no other has,
    by words that say the same (`query`, `q_proj`, `wq`), by numbers in their order, by its place
    in the tree of modules, or as the one that remains in its place. The proof says how many by
    which. Where two layers of equal shapes could be meant, where matrices that lie the other way
    round would be others, or where evidence contradicts itself, nothing is offered; the order of a
    file alone is no evidence.

    Numbers are taken to count the same way on both sides, and a known word to mean the same layer.
    A class that counts its levels backwards, or gave a word another meaning, all shapes being
    equal, is matched wrongly. `--examples` with the outputs expected of them shows it, and settle
    what is open: each way to pair equal shapes is tried, 128 at most, and the one that alone gives
    the outputs is offered.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    for step in match.steps:
        if step.kind != "renamed" or target.accepts:
            continue
        yield Finding(
            _message(step, target),
            at=weights_place(weights, step.renames[0][0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=rename_rows(step, match.tensors, target, ROWS),
            more=max(0, len(step.renames) - ROWS),
            notes=("names in a state dict are the attribute names that the class had then",),
            fix=step_fix(step, match, f"rename {count(len(step.renames), 'key')}"),
        )
    if match.renamed_beyond_proof(target):
        yield _undecided(weights, target, match)


def _undecided(weights: Weights, target: Target, match: Match) -> Finding:
    pairs = zip(match.unexpected, match.missing, strict=True)
    rows = [Row(f"{old}  {match.tensors[old]}", f"{new}  {target[new]}") for old, new in pairs]
    return Finding(
        f"{count(len(rows), 'key')} of the file {_are(len(rows))} named otherwise in "
        f"`{target.name}`, and shapes alone do not tell which is which",
        at=weights_place(weights, match.unexpected[0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(rows[:ROWS]),
        more=max(0, len(rows) - ROWS),
        notes=(UNDECIDED, match.witnessed or SETTLING),
        fix=Fix("give the layers of the target the names that the file has", safety="manual"),
    )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _message(step: Step, target: Target) -> str:
    if len(step.words) == 2:
        old, new = step.words
        return f"`{old}` of the file is called `{new}` in `{target.name}`"
    modules = len(step.words) // 2
    return f"{count(modules, 'layer')} of the file have other names in `{target.name}`"
