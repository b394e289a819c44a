"""LS422: a model that was loaded does not hold what the file holds."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.checks.weights._evidence import weights_place
from loadstone.core import Artifact, Finding, Fix, Held, Row, Weights, check
from loadstone.core.words import count, listed

ROWS = 8
COVERS = (
    *("torch/E13", "torch/E16", "torch/E37", "torch/I19"),
    *("torch/K13", "torch/K14", "torch/K16"),
)


@check("LS422", since="0.2", covers=COVERS)
def not_the_files(artifact: Artifact, held: Held, weights: Weights | None) -> Iterator[Finding]:
    """A model that your code loaded holds other numbers than the file.

    ## Why it breaks
    `strict=False`, a filter over the keys, `from_config`, a head that is replaced after loading,
    an `except: pass` around it: nothing is raised, and the model predicts with random numbers.
    transformers logs `newly initialized` and goes on. In half precision a number above 65,504
    becomes infinite.

    ## Example
    ```python fails=LS422
    artifact(state={"fc.weight": zeros(2, 5), "out.weight": zeros(3, 2)})
    held(kept=["fc.weight"], other=["out.weight"])
    ```

    ## Fix
    Load with `strict=True`, and check the file against the class, `--into`: that tells which names
    differ. Every tensor was compared, bit for bit, in the dtype that the model has it in. One whose
    name the file does not have is searched among all of the file, and so is what has other numbers:
    layers of equal shapes that a loader exchanged are named.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict>
    """
    if held.wrong:
        total = len(held.wrong) + len(held.kept)
        rows = [
            *(Row(held.given.get(key, key), key, _of(key, held)) for key in held.other),
            *(Row("—", key, "not in the file") for key in held.absent),
            *(Row(key, key, "too large for its dtype") for key in held.infinite),
        ]
        yield Finding(
            f"{len(held.wrong):,} of {count(total, 'tensor')} of the loaded `{held.name}` are not "
            f"those of the file: {listed(list(held.wrong))}",
            at=here(artifact, weights.entry if weights else None),
            headings=("in the file", "in the model"),
            rows=tuple(rows[:ROWS]),
            more=max(0, len(rows) - ROWS),
            notes=_notes(held),
            fix=Fix("load with `strict=True`, and what differs is named", safety="manual"),
        )
    elif held.left:
        yield Finding(
            f"{count(len(held.left), 'tensor')} of the file are nowhere in the loaded "
            f"`{held.name}`: {listed(list(held.left))}",
            at=weights_place(weights, held.left[0]) if weights else here(artifact),
            severity="warning",
            fix=Fix("build the model with all that the file holds", safety="manual"),
        )


def _of(key: str, held: Held) -> str:
    """Say what the model has where the file has other numbers under that name."""
    own = held.given.get(key)
    if own is None:
        return "other numbers"
    return "the other way round" if own == key else "exchanged"


def _notes(held: Held) -> tuple[str, ...]:
    if held.given:
        turned = [key for key, own in held.given.items() if key == own]
        moved = {key: own for key, own in held.given.items() if key != own}
        told = [f"{listed(turned)} lie the other way round than in the file"] if turned else []
        told += [
            f"{count(len(moved), 'tensor')} hold the numbers of others of the file: `{key}` those "
            f"of `{own}`"
            for key, own in list(moved.items())[:1]
        ]
        return tuple(told)
    if not held.kept:
        return ("nothing of the file is in the model",)
    if held.left:
        return (f"of the file, {listed(list(held.left))} are nowhere in the model",)
    return ()
