"""Which environments are tried, in which order, and how what came of them is told."""

import io
import json
import re
from importlib import resources

import jsonschema
import pytest

from loadstone import matrix
from loadstone.cli import main
from loadstone.cli.progress import Bar
from loadstone.core.facts import Drift, MovedRow, OutputDrift, Ran
from loadstone.core.needs import Needs, Requirement
from loadstone.environment.rebuild import opened
from loadstone.errors import UsageError
from loadstone.matrix import Bisected, Cell, Matrix, Result
from loadstone.render import matrix as rendering
from loadstone.render.view import View

SCHEMA = json.loads(
    resources.files("loadstone.render").joinpath("matrix.schema.json").read_text("utf-8")
)
MADE = Ran("/envs/made", "3.10.13", {"scikit-learn": "1.3.2"})


def drifted(version, *moved, error=""):
    outputs = OutputDrift(
        "probabilities",
        "differs" if moved else "identical",
        difference=0.25 if moved else 0.0,
        largest_at=moved[0] if moved else None,
        tolerance=1e-6,
        moved=moved,
        examples=tuple(MovedRow(row, "0.5", "0.75") for row in moved),
    )
    now = Ran("/envs/now", "3.11.7", {"scikit-learn": version}, error)
    return Drift(8, "scikit-learn", MADE, now, () if error else (outputs,))


def cell(version, python=None):
    return Cell({"scikit-learn": version}, python)


RESULTS = (
    Result(cell("1.2.2"), drifted("1.2.2", error="ValueError: node array"), loads=False),
    Result(cell("1.3.2"), drifted("1.3.2"), loads=True),
    Result(cell("1.8.0"), drifted("1.8.0", error="AttributeError: no `monotonic_cst`"), loads=True),
    Result(cell("1.9.1"), drifted("1.9.1", 1, 5), loads=True),
    Result(cell("1.9.1", "3.8"), why="scikit-learn 1.9.1 has no wheel for Python 3.8"),
)
WHOLE = Matrix(
    "forest.pkl", "scikit-learn", 8, MADE, RESULTS, (Bisected("scikit-learn", "1.3.2", "1.4.0"),)
)


def test_each_environment_has_its_line():
    assert rendering.render(WHOLE, View()) == (
        "forest.pkl\n"
        "  made with scikit-learn 1.3.2, Python 3.10.13; 8 rows predicted in each\n"
        "  scikit-learn 1.2.2, Python 3.11.7  no         does not load: ValueError: node array\n"
        "  scikit-learn 1.3.2, Python 3.11.7  identical\n"
        "  scikit-learn 1.8.0, Python 3.11.7  no         loads, and does not predict: "
        "AttributeError: no\n"
        "                                                `monotonic_cst`\n"
        "  scikit-learn 1.9.1, Python 3.11.7  differs    probabilities: 2 of 8 rows moved, by up "
        "to 0.25 (row\n"
        "                                                1)\n"
        "  scikit-learn 1.9.1, Python 3.8     not tried  scikit-learn 1.9.1 has no wheel for "
        "Python 3.8\n"
        "scikit-learn 1.4.0 is the first newer version that does not predict the same; 1.3.2 does\n"
    )
    assert rendering.render(WHOLE, View(unicode=False)).isascii()


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Bisected("xgboost", "3.1.0", "3.0.5"), "3.0.5 is the first older version that does not"),
        (Bisected("xgboost", "3.4.1", None), "3.4.1, the farthest that can be built, predicts"),
        (Bisected("xgboost", None, "3.0.5"), "3.0.5, the nearest that can be built, does not"),
    ],
)
def test_no_more_is_said_than_was_tried(found, told):
    text = rendering.render(Matrix("m.json", "xgboost", 8, MADE, (), (found,)), View())
    assert told in text


def test_json_fits_the_committed_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    value = json.loads(rendering.render_json(WHOLE))
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    assert [item["loads"] for item in value["results"]] == ["no", "yes", "yes", "yes", None]
    assert value["results"][3]["drift"]["moved"] == [1, 5]
    assert value["results"][3]["drift"]["outputs"][0]["difference"] == 0.25


def test_of_a_range_the_newest_patches():
    found = [str(item) for item in matrix._cells({"scikit-learn": ">=1.0,<1.4"}, ["3.8", "3.10"])]
    assert found[:2] == ["scikit-learn 1.0.2, Python 3.8", "scikit-learn 1.0.2, Python 3.10"]
    assert [item.partition(",")[0] for item in found[::2]] == [
        f"scikit-learn {version}" for version in ("1.0.2", "1.1.3", "1.2.2", "1.3.2")
    ]


def test_several_ranges_are_tried_each_with_each():
    cells = list(matrix._cells({"numpy": "==1.26.4", "scikit-learn": ">=1.2,<1.4"}, []))
    assert [dict(item.versions) for item in cells] == [
        {"numpy": "1.26.4", "scikit-learn": version} for version in ("1.2.2", "1.3.2")
    ]


def test_what_makes_no_sense_is_refused():
    with pytest.raises(UsageError, match="environments, and 200 are the most"):
        list(matrix._cells({"numpy": ">=1.16", "scikit-learn": ">=0.20"}, ["3.8", "3.9"]))
    with pytest.raises(UsageError, match="has no such version"):
        matrix.versions("scikit-learn", ">=99")
    with pytest.raises(UsageError, match="is not in the table"):
        matrix.versions("left-pad", ">=1")


def test_versions_lead_away_from_the_one_that_wrote_it():
    known = ["1.2", "1.3", "1.4", "1.5"]
    assert matrix.away(known, "1.3") == ["1.3", "1.4", "1.5"]
    assert matrix.away(known, "1.1") == known
    assert matrix.away(known, "1.5") == known[::-1]
    assert matrix.away(known, "2.0") == known[::-1]
    assert matrix.away(known, None) == known


def test_what_the_file_only_hints_at_is_left_open():
    needs = Needs(
        (Requirement("scikit-learn", "==1.3.2", "a"), Requirement("numpy", "<2", "b")),
        (Requirement("python", ">=3.8", "c"),),
    )
    assert [str(item) for item in opened(needs).requirements] == ["scikit-learn==1.3.2", "numpy"]
    assert opened(needs).python == ()


@pytest.fixture
def bisect(monkeypatch):
    """Return a function that bisects where versions from `first` on predict something else."""

    def run(first, *, broken=(), specifier=">=1.3,<1.6"):
        tried = []

        def built(task, cell):
            version = cell.versions["scikit-learn"]
            tried.append(version)
            if version in broken:
                return Result(cell, why="no wheel")
            key = [int(part) for part in version.split(".")[:3]]
            moved = (1,) if key >= first else ()
            return Result(cell, drifted(version, *moved), loads=True)

        monkeypatch.setattr(matrix, "_built", built)
        before = matrix.Answer(MADE, None, {})
        task = matrix.Task(None, before, None, 1, lambda _: None)
        return matrix._bisect(task, "scikit-learn", specifier, None), tried

    return run


def test_the_first_version_that_changes_is_found_in_few_steps(bisect):
    found, tried = bisect([1, 4, 1])
    assert found == Bisected("scikit-learn", "1.4.0", "1.4.1.post1")
    assert len(tried) <= 6
    assert len(set(tried)) == len(tried)


def test_what_cannot_be_built_is_passed_over(bisect):
    found, _ = bisect([1, 4, 1], broken=("1.5.2", "1.4.0", "1.4.1.post1"))
    assert found == Bisected("scikit-learn", "1.3.2", "1.4.2")


def test_where_nothing_changes_the_ends_are_what_was_tried(bisect):
    found, tried = bisect([9, 9])
    assert found == Bisected("scikit-learn", "1.5.2", None)
    assert tried == ["1.3.2", "1.5.2"]
    found, _ = bisect([0, 0])
    assert found == Bisected("scikit-learn", None, "1.3.2")


def test_without_versions_it_is_the_library_from_the_one_that_wrote_it_on():
    question = type("Question", (), {"artifact": type("File", (), {"framework": "sklearn"})})
    before = type("Answer", (), {"ran": MADE})
    assert matrix._onwards(question, before) == {"scikit-learn": ">=1.3.2"}
    before.ran = Ran("/envs/made", "3.10.13")
    with pytest.raises(UsageError, match="say which versions"):
        matrix._onwards(question, before)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--with", "scikit-learn>=1.2", "--python", "3.8,old"], "`--python old` is no version"),
        (["--with", "scikit-learn>=1.2", "--jobs", "0"], "`--jobs 0`"),
    ],
)
def test_arguments_that_make_no_sense(arguments, told, tmp_path, capsys):
    (tmp_path / "rows.json").write_text("[[1]]")
    words = ["matrix", "model.pkl", "-i", str(tmp_path / "rows.json"), *arguments]
    assert main(words) == 2
    assert told in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_is_for_who_looks_and_is_gone_when_it_ends(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("loadstone.cli.progress._AFTER", 0.0)
    with Bar("environments") as bar:
        bar.begin(4)
        bar.step("scikit-learn 1.2.2")
        assert bar.tell(print) is not print
    text = screen.getvalue()
    assert "1/4 environments  scikit-learn 1.2.2" in text
    assert text.endswith("\r\x1b[K")
    assert all(len(line) < 100 for line in re.split(r"\r\x1b\[K", text))


def test_the_bar_is_left_out_where_nobody_looks(monkeypatch):
    for screen, variable in ((io.StringIO(), ""), (Terminal(), "1")):
        monkeypatch.setattr("sys.stderr", screen)
        monkeypatch.setenv("LOADSTONE_NO_PROGRESS", variable)
        monkeypatch.setattr("loadstone.cli.progress._AFTER", 0.0)
        with Bar("environments") as bar:
            bar.begin(4)
            bar.step("x")
            assert bar.tell(print) is print
        assert screen.getvalue() == ""
