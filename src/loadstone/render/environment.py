"""The environment that a model was made in, with the evidence: for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from loadstone.core.needs import Needs, Requirement
from loadstone.environment.choose import Plan
from loadstone.environment.guarantees import Choice
from loadstone.environment.interpreters import Interpreter, get
from loadstone.render.json import dumps
from loadstone.render.view import View, cells, hang, pad

_LABEL = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """What the file says, what would be built, and whether the environment at hand will do."""

    path: str
    needs: Needs
    plan: Plan
    chosen: Interpreter | None
    here: Choice


def render(shown: Shown, view: View) -> str:
    """Return a few lines: what is asked for and why, what would be used, and what is here."""
    plan, here = shown.plan, shown.here
    rows = [(_text(item), item.because) for item in (*plan.requirements, *plan.because)]
    width = max((cells(left) for left, _ in rows), default=0) + 2
    lines = [view.paint("strong", view.text(shown.path)), "  asks for"]
    lines += [f"    {pad(view.text(left), width)}{view.text(why)}" for left, why in rows]
    lines += [f"  {label}" for label in _own(shown.needs)]
    lines += list(_built(plan, shown.chosen, view))
    told = "this environment will do" if here.current else "this environment will not do"
    source = f" ({here.source})" if here.source else ""
    lines += hang("  here".ljust(_LABEL), f"{told}: {view.text(here.because)}{source}", view.width)
    return "\n".join(lines) + "\n"


def render_json(shown: Shown) -> str:
    """Return the same as one object, schema `loadstone.environment-needs/1`."""
    plan, chosen = shown.plan, shown.chosen
    said: dict[str, Any] = {
        "schema": "loadstone.environment-needs/1",
        "path": shown.path,
        "requirements": _requirements(plan.requirements),
        "python": _requirements(plan.because),
        "own_modules": list(shown.needs.own),
        "pythons": list(plan.pythons),
        "date": plan.date,
        "interpreter": asdict(chosen) if chosen else None,
        "here": asdict(shown.here),
    }
    return dumps(said)


def _text(item: Requirement) -> str:
    """Return `scikit-learn 0.24.2`, `numpy <2`, `Python 3.6 to 3.9`."""
    name = "Python" if item.distribution == "python" else item.distribution
    return f"{name} {item.specifier.removeprefix('==')}".rstrip()


def _requirements(items: Sequence[Requirement]) -> list[dict[str, str]]:
    return [asdict(item) for item in items]


def _own(needs: Needs) -> Iterator[str]:
    if needs.own:
        names = ", ".join(f"`{name}`" for name in needs.own)
        yield f"and for code that no known library brings: {names}"


def _built(plan: Plan, chosen: Interpreter | None, view: View) -> Iterator[str]:
    bound = f", with nothing newer than {plan.date}" if plan.date else ", with the newest versions"
    if chosen is not None:
        place = f"Python {chosen.version} of {chosen.source} ({chosen.path}){bound}"
        yield from hang("  would use".ljust(_LABEL), view.text(place), view.width)
        return
    fitting = ", ".join(plan.pythons)
    if not fitting:
        yield "  no Python has wheels of all of them"
        return
    yield f"  no Python that fits is here: one of {fitting}; `{get(plan.pythons[0])}`"
