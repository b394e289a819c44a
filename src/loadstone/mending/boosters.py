"""The model inside an XGBoost pickle, predicted beside the pickle, both where that was made."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loadstone import readers
from loadstone.checks.environment.booster_in_a_pickle import SUFFIXES, WHOLE
from loadstone.comparing import Place
from loadstone.core.classes import replace
from loadstone.core.edits import CutModel
from loadstone.core.facts import Artifact, Drift, Load
from loadstone.core.report import Found
from loadstone.core.words import count
from loadstone.engine import fixing
from loadstone.engine.gather import surroundings
from loadstone.engine.run import run_checks
from loadstone.environment import asking as askings
from loadstone.environment import rebuild
from loadstone.environment.run import ProcessFailedError, RequestFailedError
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.fixes import boosters
from loadstone.mending.answers import Question, Told, compared, opened
from loadstone.runtime import rows as given_rows

if TYPE_CHECKING:
    from loadstone.environment.asking import Asking

FORMATS: Final = ("pickle", "joblib")
RANDOM: Final = 256  # rows for a booster, which holds no limits of its columns


def proved(item: Found, proof: Drift) -> Found:
    """Return the finding that was fixed, with what was proved of the fix."""
    fix = item.finding.fix
    if fix is None or not any(isinstance(edit, CutModel) for edit in fix.edits):
        return item
    told = f"{WHOLE}; {count(proof.rows, 'row')} predicted the same as by the pickle"
    return replace(item, finding=replace(item.finding, fix=replace(fix, proof=told)))


def is_cut(path: str | os.PathLike[str], accept: Mapping[str, str]) -> bool:
    """Whether what would be written is the model that an XGBoost pickle holds."""
    artifact = readers.read(path)
    if artifact.format not in FORMATS or artifact.framework != "xgboost" or artifact.damage:
        return False
    known = {Artifact: artifact, **surroundings(artifact)}
    plan = fixing.plan(known, run_checks(known, accept=accept))
    return isinstance(plan, fixing.FilePlan) and isinstance(plan.edit, CutModel)


def drift(asked: Question, wishes: Wishes) -> Drift | None:
    """Return what the model inside predicts against its pickle, both in the pickle's environment.

    None, and a line that says why, where that cannot be had or its classes cannot be told.
    """
    try:
        built = rebuild.isolated(asked.artifact, wishes)
    except UsageError as error:
        wishes.say(f"the model inside is not predicted with: {error}")
        return None
    place = Place(str(built.python), built.version, built.versions)
    with contextlib.ExitStack() as stack:
        whole, told = stack.enter_context(opened(asked.artifact, place, asked))
        if whole is None:
            wishes.say(f"the model inside is not predicted with: {told.ran.error}")
            return None
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loadstone-")))
            place_of_cut = folder / f"model{SUFFIXES[str(asked.artifact.detail['booster'])]}"
            place_of_cut.write_bytes(boosters.cut(Path(asked.artifact.path)))
            inner = readers.read(place_of_cut)
            made = _rows_for(whole, inner, asked.timeout)
            batches = [made] if asked.given is None else [asked.given, made]
            before = [whole.ask(rows, True, asked.timeout)[0] for rows in batches]  # noqa: FBT003 - as the request has it
            labels = _labels(before[0].get("classes"))
            base = Load(where=askings.where(place.python))
            part, load = askings.opened(
                inner, place.python, base, timeout=asked.timeout, labels=labels
            )
            if part is None:
                wishes.say(f"the model inside is not predicted with: {load.why}")
                return None
            stack.callback(part.close)
            now = [part.ask(rows, True, asked.timeout)[0] for rows in batches]  # noqa: FBT003 - as above
        except (RequestFailedError, ProcessFailedError, ValueError) as error:
            wishes.say(f"the model inside is not predicted with: {error}")
            return None
        sizes = [given_rows.count(rows) for rows in batches]
        then, after = (
            Told(told.ran, load, tuple(map(_plain, found)), ({},) * len(found))
            for found in (before, now)
        )
        return compared(asked.artifact, then, after, sizes)


def _rows_for(whole: Asking, inner: Artifact, timeout: float) -> Any:
    """Return rows that are made for a wrapper; of a booster alone, random ones, some with gaps.

    Raises `RequestFailedError`, and `ValueError` where it is not told how many columns there are.
    """
    with contextlib.suppress(RequestFailedError):
        return whole.probes(timeout)[0]
    import numpy as np

    ports = [port for signature in inner.signatures for port in signature.inputs]
    shape = ports[0].shape if len(ports) == 1 else None
    if not shape or not isinstance(shape[-1], int):
        raise ValueError("it does not tell how many columns it takes")
    state = np.random.default_rng(0)
    rows = state.normal(size=(4, RANDOM // 4, shape[-1]))
    rows *= np.array([1.0, 100.0, 0.1, 1.0])[:, None, None]
    rows[3][state.random(rows[3].shape) < 0.3] = np.nan
    return rows.reshape(RANDOM, shape[-1])


def _labels(classes: Any) -> Mapping[str, Any] | None:
    """Return the classes that a wrapper names, as a booster alone is told them."""
    return None if classes is None else {"dtype": classes.dtype.str, "values": classes.tolist()}


def _plain(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the outputs that stand for rows."""
    return {
        name: value for name, value in answer.items() if name != "classes" and value is not None
    }
