"""Requirements that uv refuses are said in words that it takes, and nothing else is changed."""

from __future__ import annotations

import pytest

from loadstone.environment import metadata
from loadstone.toml import loads

PANDAS = """\
Metadata-Version: 2.0
Name: pandas
Version: 0.23.4
Requires-Python: >=2.7,!=3.0.*,!=3.1.*
Requires-Dist: python-dateutil (>=2.5.0)
Requires-Dist: pytz (>=2011k)
Requires-Dist: numpy (>=1.9.0)

Requires-Dist: not a header
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pytz (>=2011k)", "pytz>=2011"),
        ("pytz>=2011k,<2020a ; python_version < '3'", "pytz>=2011,<2020 ; python_version < '3'"),
        ("numpy (>=1.9.0)", "numpy>=1.9.0"),
        ("numpy>=1.20.0rc1", "numpy>=1.20.0rc1"),
        ("a!=3.0.*, ~=2.1.post2", "a!=3.0.*,~=2.1.post2"),
        ("requests[security] (>=2.0)", "requests[security]>=2.0"),
        ("odd (>=dev-latest)", "odd"),
        ("odd>=1.0-unknown-x", "odd"),
        ("plain", "plain"),
        ("plain ; extra == 'all'", "plain ; extra == 'all'"),
    ],
)
def test_only_what_is_no_version_is_dropped(line, said):
    assert metadata.mended(line) == said


def test_what_a_release_needs_is_read_from_its_own_metadata():
    said = metadata.stated("pandas", "0.23.4", PANDAS)
    assert said.requires == ("python-dateutil>=2.5.0", "pytz>=2011", "numpy>=1.9.0")
    assert said.python == ">=2.7,!=3.0.*,!=3.1.*"
    (read,) = loads(metadata.written([said]))["dependency-metadata"]
    assert read == {
        "name": "pandas",
        "version": "0.23.4",
        "requires-dist": list(said.requires),
        "requires-python": said.python,
    }


def test_the_release_is_found_in_the_words_of_uv():
    words = [
        "Because pandas==0.23.4 has invalid metadata and you require pandas==0.23.4, …",
        "hint: Metadata for `pandas` (v0.23.4) could not be parsed:",
        "after parsing `2011`, found `k`, which is not part of a valid version",
    ]
    assert metadata.refused(words) == (("pandas", "0.23.4"),)
    assert metadata.refused(["No solution found when resolving dependencies"]) == ()
