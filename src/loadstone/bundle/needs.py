"""Which distributions a bundle cannot do without: what brings the modules that it imports."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable, Mapping
from typing import Any


def needs(modules: Iterable[str], installed: Mapping[str, str]) -> dict[str, str]:
    """Return the distributions that bring `modules` here, each with its version.

    `installed` are all of this environment, by their normal names. A module that no distribution
    brings is left out.
    """
    brought = importlib.metadata.packages_distributions()
    names = {
        re.sub("[-_.]+", "-", name).lower()
        for module in modules
        for name in brought.get(module.partition(".")[0], ())
    }
    return {name: installed[name] for name in sorted(names & installed.keys())}


def modules_of(
    forms: Iterable[Mapping[str, Any]], steps: Mapping[str, Mapping[str, Any]]
) -> set[str]:
    """Return the modules that the forms and the declared steps of a bundle import, as roots."""
    found = {str(form["backend"]) for form in forms if form.get("backend")}
    return found | {"transformers" for step in steps.values() if "kind" in step}
