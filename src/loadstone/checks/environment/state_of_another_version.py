"""LS226: an estimator that was written for the libraries at hand, beside what it was."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Drift, Finding, Fix, Load, Rewrite, RewriteState, Row, check
from loadstone.core.words import count, listed

_ROWS = (
    "C02 C04 C06 C07 C08 C09 C10 C11 C12 C13 C15 C17 C20 C21 C22 C23 C25 C30 C33 C34 C35 C36 C44 "
    "C49 C50 C51 C52"
)
COVERS = tuple(f"sklearn/{row}" for row in _ROWS.split())
_SHOWN = 8  # of what was done


@check(
    "LS226",
    since="0.2",
    supersedes=(
        *("LS147", "LS204", "LS220", "LS229", "LS301", "LS302", "LS310", "LS311"),
        *("LS610", "LS611", "LS612"),
    ),
    covers=COVERS,
)
def state_of_another_version(
    artifact: Artifact, rewrite: Rewrite, drift: Drift | None, load: Load | None
) -> Iterator[Finding]:
    """The estimator's state is of another version, and was written for the one here.

    ## Why it breaks
    A pickle holds an estimator's attributes as the version that wrote it had them. A newer one
    looks for others, has other fields in the records of its trees, and other modules: `node array
    from the pickle has an incompatible dtype`, `'SimpleImputer' object has no attribute
    '_fill_dtype'`, `No module named 'sklearn.ensemble.forest'`. Or it reads the same attribute
    otherwise, and says nothing.

    ## Example
    ```python fails=LS226
    artifact("model.pkl", format="pickle", content="object", framework="sklearn")
    rewrite("scikit-learn", "1.2.2", "1.9.1", done=["`SimpleImputer._fill_dtype` is filled in"])
    ```

    ## Fix
    Safe, where every output of every row is the same: `loadstone check FILE --fix` writes the model
    as the libraries at hand pickle it, beside the file. It then predicts rows that are made from
    what the model holds, and those given with `--examples`, and so does the original in its own
    environment, rebuilt. Where one output of one row differs, no fix is offered. Of other rows
    nothing is said, and nothing of training it further.

    Unsafe (`--unsafe-fixes`), where the version here is older and raises of rows that lack values,
    which the original predicts: all others are the same.

    Else predict with the versions that wrote it: `loadstone predict` rebuilds them.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    if drift is not None and drift.same:  # as it is
        if rewrite.refused:
            yield _refusing(artifact, rewrite)
    elif rewrite.proved and rewrite.drift is not None:
        yield _offered(artifact, rewrite, rewrite.drift)
    elif load is not None:
        yield _declined(artifact, rewrite)


def _offered(artifact: Artifact, rewrite: Rewrite, proof: Drift) -> Finding:
    outputs = listed([item.name for item in proof.outputs])
    done = rewrite.done[:_SHOWN]
    return Finding(
        f"`{artifact.name}` holds the state of another version: {proof.versions}",
        at=here(artifact),
        headings=("written for the version here", ""),
        rows=tuple(Row(what) for what in done),
        more=len(rewrite.done) - len(done),
        notes=(
            f"{_rows(rewrite)}: {outputs} are {proof.result} to the rebuilt original",
            *_refusals(rewrite),
        ),
        fix=Fix(
            f"write `{rewrite.name}` for the libraries here",
            (RewriteState(rewrite.name, rewrite.done),),
            safety="unsafe" if rewrite.refused else "safe",
            proof=f"{outputs} of {count(proof.rows, 'row')} are {proof.result} to the original's; "
            f"{count(len(rewrite.done), 'change')}, which `--diff` lists",
        ),
    )


def _rows(rewrite: Rewrite) -> str:
    told = [f"{count(rewrite.given, 'row')} given"] if rewrite.given else []
    told += [
        f"{number:,} {kind}" for kind, number in rewrite.made.items() if kind not in rewrite.refused
    ]
    return ", ".join(told)


def _refusals(rewrite: Rewrite) -> Iterator[str]:
    for kind, why in rewrite.refused.items():
        rows = f"{count(rewrite.made.get(kind, 0), 'row')} {kind}"
        yield f"{rows}, which the original predicts, are refused here: {why.partition('. ')[0]}"


def _refusing(artifact: Artifact, rewrite: Rewrite) -> Finding:
    """Say which rows it does not predict here, where it predicts all others the same as it is."""
    return Finding(
        f"`{artifact.name}` predicts the same here, but rows that it refuses",
        at=here(artifact),
        notes=tuple(_refusals(rewrite)),
        fix=Fix(
            "predict those with the versions that wrote it",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i rows.json --env isolated",
        ),
        severity="warning",
    )


def _declined(artifact: Artifact, rewrite: Rewrite) -> Finding:
    proof = rewrite.drift
    rows: tuple[Row, ...] = ()
    if rewrite.error or proof is None:
        why = rewrite.error
    elif proof.now.error:
        why = proof.now.error
    else:
        moved = [item for item in proof.outputs if item.result == "differs"]
        names = listed([item.name for item in moved])
        why = f"another {names} of {len(proof.moved):,} of {count(proof.rows, 'row')}"
        rows = tuple(
            Row(f"{item.name}, row {row.row}: {row.before}", row.now)
            for item in moved
            for row in item.examples[:2]
        )
    return Finding(
        f"`{artifact.name}` was not brought to the libraries here: {why}",
        at=here(artifact),
        headings=("where it was made", "written for here"),
        rows=rows,
        notes=tuple(rewrite.done[:_SHOWN]),
        fix=Fix(
            "predict with the versions that wrote it",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i rows.json --env isolated",
        ),
        severity="note",
        explains_rest=False,
    )
