"""A manifest that is not as one has to be is told as damage, by every command, never as a crash."""

import contextlib
import copy
import json

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

import loadstone
from loadstone import LoadError, UsageError
from loadstone.runtime.manifest_shape import wrong

X = torch.rand(30, 4)
CHANGES = {
    "`files` is null, not a list": lambda held: held.update(files=None),
    "it has no `files[0].size`": lambda held: held["files"][0].pop("size"),
    "`forms[0]` is a text, not an object": lambda held: held.update(forms=["native"]),
    "it has no `witnesses`": lambda held: held.pop("witnesses"),
    "`witnesses.count` is a text, not a whole number": lambda held: held["witnesses"].update(
        count="8"
    ),
    "`environment.versions` is a list, not an object": lambda held: held["environment"].update(
        versions=[]
    ),
    "`signature.inputs[0].shape` is a text, not null or a list": lambda held: held["signature"][
        "inputs"
    ][0].update(shape="3x4"),
    "it has no `ranges[0].least`": lambda held: held["ranges"][0].pop("least"),
    "`coverage.words` is a text": lambda held: held.update(coverage={"words": "few"}),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "net"
    loadstone.save(nn.Linear(4, 2).eval(), path, examples=X, forms=["native"])
    return path


@pytest.fixture
def held(saved):
    """Return the manifest, which is put back afterwards."""
    place = saved / "loadstone.json"
    text = place.read_text()
    yield json.loads(text)
    place.write_text(text)


@pytest.mark.parametrize("told", CHANGES)
def test_it_is_told_what_is_wrong_and_where(saved, held, told):
    CHANGES[told](held)
    (saved / "loadstone.json").write_text(json.dumps(held))
    report = loadstone.check(saved)
    assert [item.check.code for item in report.found] == ["LS014"]
    assert told in report.found[0].finding.message
    with pytest.raises(LoadError, match="manifest is malformed"):
        loadstone.load(saved)
    (damage,) = loadstone.inspect(saved).damage
    assert (damage.kind, told in damage.why) == ("malformed", True)


def test_a_manifest_as_it_was_written_is_right(held):
    assert wrong(held) is None


def places(value, path=()):
    """Yield the paths of all values of a JSON tree."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*path, key))


JSON = st.sampled_from([None, 0, -1, 1.5, True, "", "x", [], [None], {}, {"a": 1}])


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_one_value_becomes_the_answer_is_a_report(saved, held, data):
    changed = copy.deepcopy(held)
    path = data.draw(st.sampled_from(sorted(places(changed), key=str)))
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JSON)
    (saved / "loadstone.json").write_text(json.dumps(changed))
    loadstone.check(saved)
    with contextlib.suppress(LoadError, UsageError):
        loadstone.load(saved, on_unknown="ignore").predict(X)
