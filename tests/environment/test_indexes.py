"""The user's own settings of pip and uv say where packages come from."""

from __future__ import annotations

import pytest

from loadstone.environment import indexes

CLEAN = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_CONFIG_FILE",
)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch, tmp_path):
    for name in (*CLEAN, *indexes._OF_UV):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(indexes, "_files", lambda: iter(tmp_path.glob("*.conf")))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.delenv("UV_CONFIG_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_is_said_where_nothing_is_set():
    assert indexes.settings() == []


def test_pips_file_is_handed_to_uv(tmp_path):
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://mirror.example/simple\n"
        f"find-links = {tmp_path}\n    /nowhere/at/all\n"
    )
    assert indexes.settings() == [
        "--default-index",
        "https://mirror.example/simple",
        "--find-links",
        str(tmp_path),
    ]


def test_a_variable_counts_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://file.example/simple\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")
    assert "https://variable.example/simple" in indexes.settings()
    assert "https://file.example/simple" not in indexes.settings()


def test_more_indexes_are_searched_as_pip_searches_them(monkeypatch):
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://one.example https://two.example")
    assert indexes.settings() == [
        *("--index", "https://one.example", "--index", "https://two.example"),
        *("--index-strategy", "unsafe-best-match"),
    ]


def test_uvs_own_settings_are_left_to_uv(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    monkeypatch.setenv("UV_INDEX_URL", "https://uv.example/simple")
    assert indexes.settings() == []


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("config/uv/uv.toml", '[[index]]\nurl = "https://uv.example"\ndefault = true\n', True),
        ("config/uv/uv.toml", '[pip]\nfind-links = ["wheels"]\n', True),
        ("config/uv/uv.toml", 'cache-dir = "x"\n', False),
        ("config/uv/uv.toml", "no toml", False),
        ("uv.toml", 'index-url = "https://uv.example"\n', True),
        ("pyproject.toml", '[tool.uv.pip]\nindex-url = "https://uv.example"\n', True),
        ("pyproject.toml", '[project]\nname = "x"\n', False),
    ],
)
def test_the_files_of_uv_count_over_those_of_pip(name, text, left, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    before = indexes.place()
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert indexes.settings() == ([] if left else ["--default-index", "https://pip.example/simple"])
    assert (indexes.place() != before) is left


def test_a_wheelhouse_without_a_network_is_the_only_place(tmp_path):
    found = indexes.settings(wheelhouse=tmp_path, offline=True)
    assert found == ["--find-links", str(tmp_path.resolve()), "--no-index"]


def test_offline_uses_what_is_cached():
    assert indexes.settings(offline=True) == ["--offline"]


def test_beside_a_wheelhouse_the_users_index_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    links = ["--find-links", str(tmp_path)]
    assert indexes.settings(wheelhouse=tmp_path) == [
        *links,
        *("--default-index", "https://pip.example/simple"),
    ]
    assert indexes.settings(wheelhouse=tmp_path, offline=True) == [*links, "--no-index"]
