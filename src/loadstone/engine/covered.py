"""What given examples hold that a bundle's vocabularies, or the examples of its save, did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loadstone.core.facts import Coverage
from loadstone.errors import UsageError
from loadstone.inputs.ranges import Ranges

if TYPE_CHECKING:
    from loadstone.bundle.load import Loaded
    from loadstone.engine.original import Original

Facts = dict[type, object]


def of_original(path: str, given: Any, kept: Original) -> Facts:
    """Return what given examples hold that a kept model, or the examples of its save, did not."""
    if given is None:
        return {}
    from loadstone.engine import examples
    from loadstone.environment.run import RequestFailedError
    from loadstone.inputs import coverage
    from loadstone.inputs.signature import text_columns
    from loadstone.runtime import lookups, rows

    read = examples.read(given, text_columns(path))
    inputs = read[0] if type(read) is tuple else read
    strays = kept.ranges.strays(inputs) if kept.ranges else ()
    if not kept.saved or kept.asking is None:
        return {Coverage: Coverage(strays=strays)}
    try:
        told, _ = kept.asking.ask(rows.packed(inputs), False, 600.0, saved=kept.saved)  # noqa: FBT003 - as the request has it
    except (RequestFailedError, rows.MisfitError):  # it is told where they are predicted
        return {Coverage: Coverage(strays=strays)}
    saved = lookups.saved_counts(kept.saved)
    return {Coverage: coverage.facts(told.get("coverage") or (), saved, strays)}


def compared(path: str, given: Any, ranges: Ranges | None, loaded: Loaded) -> Facts:
    """Return what the given examples hold that a vocabulary or the examples of the save did not."""
    if given is None:
        return {}
    from loadstone.engine import examples
    from loadstone.inputs import coverage
    from loadstone.inputs.fitted import MisfitInputError
    from loadstone.inputs.signature import text_columns
    from loadstone.inputs.single import Shape
    from loadstone.runtime import lookups

    read = examples.read(given, text_columns(path))
    inputs = read[0] if type(read) is tuple else read
    if loaded.steps is None or loaded.pipeline is None:
        return {Coverage: Coverage(strays=ranges.strays(inputs) if ranges else ())}
    shape = Shape.of(loaded.pipeline.manifest, loaded.steps)
    try:
        inputs = shape.fitted(shape.batch(inputs)[0]).batch
    except MisfitInputError as error:
        return {Coverage: Coverage(misfits=error.misfits)}
    strays = ranges.strays(inputs) if ranges else ()
    saved = lookups.saved_counts(loaded.pipeline.manifest["coverage"])
    with lookups.recording(saved) as log:
        try:
            loaded.steps.predict(inputs)
        except Exception as error:  # the user's code may raise anything
            told = " ".join(str(error).split())
            raise UsageError(
                f"the model does not take the examples: {type(error).__name__}: {told}"
            ) from error
    lookups.locate(log, loaded.steps, inputs)
    return {Coverage: coverage.facts(lookups.summary(log), saved, strays)}
