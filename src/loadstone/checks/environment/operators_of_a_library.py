"""LS225: a SavedModel uses operators of a library beside TensorFlow."""

from collections.abc import Iterator
from typing import Final

from loadstone.checks import _keras
from loadstone.checks._common import here, text, version
from loadstone.checks._tensorflow import load_saved_model, operators
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.words import listed

FORMATS: Final = ("savedmodel", "tf-graph")
MOST: Final = 1_000  # functions of the program that the reader names
# What operators begin with, the distribution that registers them, and its module. The names of
# TensorFlow Text 2.10 are those in its libraries, and a program of it was tried; the others carry a
# prefix of their own, and were not.
LIBRARIES: Final = (
    ("TFText>", "tensorflow-text", "tensorflow_text"),
    ("Sentencepiece", "tensorflow-text", "tensorflow_text"),
    ("CaseFoldUTF8", "tensorflow-text", "tensorflow_text"),
    ("NormalizeUTF8", "tensorflow-text", "tensorflow_text"),
    ("RegexSplitWithOffsets", "tensorflow-text", "tensorflow_text"),
    ("WordpieceTokenize", "tensorflow-text", "tensorflow_text"),
    ("WhitespaceTokenize", "tensorflow-text", "tensorflow_text"),
    ("UnicodeScriptTokenize", "tensorflow-text", "tensorflow_text"),
    ("SplitMergeTokenize", "tensorflow-text", "tensorflow_text"),
    ("Addons>", "tensorflow-addons", "tensorflow_addons"),
    ("SimpleML", "tensorflow-decision-forests", "tensorflow_decision_forests"),
    ("IO>", "tensorflow-io", "tensorflow_io"),
)


@check("LS225", since="0.2", severity="warning", supersedes=("LS131",), covers=("tensorflow/c03",))
def operators_of_a_library(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The program uses operators of a library that has to be imported first.

    ## Why it breaks
    TensorFlow Text, Addons, Decision Forests and others register operators when they are imported.
    Before that, `tf.saved_model.load` says `FileNotFoundError: Op type not registered
    'TFText>WhitespaceTokenizeWithOffsetsV2' in binary`, and speaks of a device that is different.
    No file is missing. Operators that neither they nor TensorFlow 1.15, 2.8, 2.10, 2.15 and 2.21
    have are of another library, of `tf.contrib`, or of one's own.

    ## Example
    ```python fails=LS225
    artifact(
        "saved",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        is_folder=True,
        ops={"TFText>WhitespaceTokenizeWithOffsetsV2": 1, "MatMul": 2},
    )
    environment(installed={"tensorflow": "2.10.1"}, numpy="1.22.4")
    ```

    ## Fix
    Install the library in the version of that TensorFlow, and import it before the model is loaded.

    ## See also
    <https://www.tensorflow.org/text/guide/text_tf_lite>
    """
    if artifact.format not in FORMATS or artifact.damage:
        return
    of = {op: item for op in artifact.ops for item in LIBRARIES if op.startswith(item[0])}
    if not of:
        yield from _unknown(artifact)
        return
    names = list(dict.fromkeys(distribution for _, distribution, _ in of.values()))
    absent = [name for name in names if name not in environment.distributions]
    modules = dict.fromkeys(module for _, _, module in of.values())
    tensorflow = _keras.here(environment, *_keras.TENSORFLOW)
    minor = ".".join(map(str, tensorflow[:2]))
    asked = " ".join(f"'{name}=={minor}.*'" if "text" in name and minor else name for name in names)
    imports = "".join(f"import {module}  # registers its operators\n" for module in modules)
    yield Finding(
        f"`{artifact.name}` uses operators of {listed(names)}, which "
        + ("is not installed" if absent == names else "has to be imported first"),
        at=here(artifact, next(iter(of))),
        headings=("operator", "of"),
        rows=tuple(Row(op, distribution) for op, (_, distribution, _) in list(of.items())[:4]),
        more=max(0, len(of) - 4),
        notes=tuple(f"`import {module}` registers them" for module in modules),
        severity="error" if absent else None,
        fix=Fix(
            "import the library before the model is loaded",
            safety="manual",
            shell=f"pip install {asked}" if absent else "",
            python=imports + load_saved_model(artifact),
        ),
    )


def _unknown(artifact: Artifact) -> Iterator[Finding]:
    """Yield the operators that no TensorFlow has, where it is none later than those asked."""
    known = operators()
    told = artifact.producer.get("tensorflow") or ""
    asked = sorted(set(known.values()), key=version)
    if artifact.format != "savedmodel" or not told or version(told)[:2] > version(asked[-1])[:2]:
        return
    own = text(artifact.detail, "called").split(", ")
    found = [op for op in artifact.ops if op not in known and op not in own]
    if not found or len(own) >= MOST:
        return
    verb = "an operator" if len(found) == 1 else f"{len(found)} operators"
    yield Finding(
        f"`{artifact.name}` uses {verb} that TensorFlow does not have: {listed(found)}",
        at=here(artifact, found[0]),
        notes=(
            "a library registers it when it is imported: `Op type not registered` before that",
            f"{len(asked)} versions of TensorFlow were asked, from {asked[0]} to {asked[-1]}",
        ),
        fix=Fix(
            "import the library that has it before the model is loaded",
            safety="manual",
            python=f"import LIBRARY  # registers `{found[0]}`\n{load_saved_model(artifact)}",
        ),
    )
