"""The commands run against stand-ins for the engine, the predictor and the save."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "render"))

import report_samples as samples

import loadstone


@pytest.fixture
def stand_in(monkeypatch):
    """Return a function that puts a module of its own in the place of one of Loadstone's."""

    def put(name, **members):
        module = types.ModuleType(f"loadstone.{name}")
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, f"loadstone.{name}", module)
        monkeypatch.setattr(loadstone, name, module, raising=False)
        return module

    return put


@pytest.fixture
def engine(stand_in):
    """Return an engine that answers with prepared reports, and notes what it was asked."""
    asked = []

    def check(path, **settings):
        asked.append((path, settings))
        answer = module.answer
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def fix(path, wishes, trust, **settings):
        assert not wishes.pins
        assert not trust
        return check(path, fix=True, **settings)

    module = stand_in("engine", check=check, asked=asked, answer=samples.BROKEN)
    stand_in("mending", fix=fix)
    return module
