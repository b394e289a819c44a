"""LS131: a program of TensorFlow, and the loader that reads it."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use, text
from loadstone.checks._tensorflow import (
    folder_of,
    has_several,
    load_keras,
    load_saved_model,
    serving,
    tags_of,
)
from loadstone.core import Artifact, Finding, Fix, Target, check
from loadstone.core.facts import SignatureFact

KINDS = {
    "savedmodel": "a TensorFlow SavedModel",
    "tf-graph": "a TensorFlow graph",
    "tf-graph-text": "a TensorFlow graph, as text",
    "tf-meta-graph": "the graph of a TensorFlow checkpoint",
    "tflite": "a TFLite model",
}
SUPERSEDES = ("LS020", "LS100", "LS101", "LS400", "LS401", "LS406")
COVERS = (
    "tensorflow/a03",
    "tensorflow/a05",
    "tensorflow/a27",
    "tensorflow/a28",
    "tensorflow/b01",
    "tensorflow/b02",
    "tensorflow/b03",
    "tensorflow/b12",
    "tensorflow/b13",
    "tensorflow/b14",
    "tensorflow/b15",
    "tensorflow/b16",
    "tensorflow/b17",
    "tensorflow/b18",
    "tensorflow/b20",
    "tensorflow/b29",
)
CALLED = ("tensorflow/a27", "tensorflow/b01", "tensorflow/b02", "tensorflow/b03", "tensorflow/b16")
LAYER = ("tensorflow/b17", "tensorflow/b18", "tensorflow/b20")
ROWS = {"tf-graph": ("tensorflow/a28",)}


@check("LS131", since="0.1", supersedes=SUPERSEDES, covers=COVERS)
def tensorflow_program(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The model is a program of TensorFlow, which its own loader reads and no other.

    ## Why it breaks
    A SavedModel holds a graph that needs no class. `tf.saved_model.load` reads every one, and
    gives an object without `predict`, whose signatures take each input by its name. `load_model` of
    Keras 2 reads those that Keras 2 made; Keras 3 reads none (`File format not supported`) and
    takes them as a layer, `TFSMLayer`, where they have one input.
    `load_weights` and other frameworks want tensors, not a program. A frozen graph is no
    SavedModel (`there are 0 MetaGraphs`), and a TFLite model has an interpreter of its own.

    ## Example
    ```python fails=LS131
    artifact(
        "export", format="savedmodel", content="program", framework="tensorflow", is_folder=True
    )
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Use the loader that is named; it is a note where nothing else was asked for. A sequential or
    functional model of Keras 2 is written for Keras 3 where its predictions prove it (LS335).

    ## See also
    <https://www.tensorflow.org/guide/saved_model>
    <https://keras.io/api/layers/backend_specific_layers/tfsm_layer/>
    """
    if artifact.format not in KINDS or artifact.damage:
        return
    kind = KINDS[artifact.format]
    misnamed = artifact.format == "tf-graph" and text(artifact.detail, "named") != ""
    wrong = is_torch_use(artifact, target) or misnamed
    message = f"`{artifact.name}` is {kind}"
    if misnamed:
        message = f"`{text(artifact.detail, 'named')}` is a bare graph, not a SavedModel"
    elif target is not None:
        message += f", not weights for `{target.name}`"
    yield Finding(
        message,
        at=here(artifact),
        notes=_notes(artifact),
        fix=Fix("load it with its own loader", safety="manual", python=_code(artifact)),
        severity=None if wrong else "note",
        covers=_rows(artifact),
    )


def _rows(artifact: Artifact) -> tuple[str, ...]:
    if artifact.format != "savedmodel":
        return ROWS.get(artifact.format, ())
    signature = serving(artifact)
    inputs = len(signature.inputs) if signature else 0
    rows = ["tensorflow/a03", "tensorflow/a05", *CALLED]
    if artifact.detail.get("tf_1") is True:
        rows.append("tensorflow/b12")
    elif inputs == 1:
        rows += LAYER
    elif inputs and artifact.detail.get("keras") is True:
        rows.append("tensorflow/b29")
    if _examples(artifact):
        rows.append("tensorflow/b15")
    tags = text(artifact.detail, "tags")
    if " | " in tags:
        rows.append("tensorflow/b14")
    elif tags not in ("", "serve"):
        rows.append("tensorflow/b13")
    return tuple(rows)


def _notes(artifact: Artifact) -> tuple[str, ...]:
    if artifact.format != "savedmodel":
        return ()
    return (*_writer(artifact), *_ways(artifact))


def _writer(artifact: Artifact) -> tuple[str, ...]:
    told = artifact.producer.get("tensorflow")
    if not told:
        return ()
    later = f"the same or a later {told.partition('.')[0]}.x loads it"
    return (
        f"TensorFlow {told} wrote it, and promises that {later}",
        f"`loadstone predict {folder_of(artifact)} -i rows.json` asks it there",
    )


def _ways(artifact: Artifact) -> tuple[str, ...]:
    signature = serving(artifact)
    if artifact.detail.get("keras") is True:
        return (
            "Keras 2 made it: its `load_model` gives it back as a Keras model",
            *_layer(artifact, signature),
            *_archived(artifact),
        )
    is_old = artifact.detail.get("tf_1") is True
    called = "what is loaded has no `predict`: its signature is called, each input by its name"
    if signature is None:
        fed = "feeds its placeholders" if is_old else "calls its functions"
        called = f"it has no signature: `loadstone predict` {fed}"
    told = [called, *_examples(artifact), *_tags(artifact)]
    if is_old:
        told.append("TensorFlow 1 made it: Keras 2 says `list index out of range` of it")
    else:
        told += _layer(artifact, signature)
    return tuple(told)


def _layer(artifact: Artifact, signature: SignatureFact | None) -> tuple[str, ...]:
    """Return how Keras 3 takes it, which goes by the inputs of its signature."""
    if signature is not None and len(signature.inputs) == 1:
        layer = f"TFSMLayer({folder_of(artifact)!r}, call_endpoint={signature.name!r})"
        return (f"Keras 3 takes it as a layer that gives a dictionary: `{layer}`",)
    if signature is not None and artifact.detail.get("keras") is True:
        many = len(signature.inputs)
        return (f"Keras 3 has `TFSMLayer` for programs of one input, and not of {many}",)
    return ()


def _examples(artifact: Artifact) -> tuple[str, ...]:
    """Return that its input is made of records, where it parses them."""
    signature = serving(artifact)
    inputs = signature.inputs if signature else ()
    parses = artifact.detail.get("parses_examples") is True
    if not parses or len(inputs) != 1 or inputs[0].dtype != "string":
        return ()
    return ("its input is `tf.train.Example`, serialised: `loadstone predict` makes it of records",)


def _tags(artifact: Artifact) -> tuple[str, ...]:
    """Return what a load has to ask for, where it is not what loaders ask for."""
    asked = ", ".join(tags_of(artifact))
    if has_several(artifact):
        graphs = text(artifact.detail, "tags").replace(" | ", "` and `")
        return (f"it holds several graphs, tagged `{graphs}`: a load has to say which",)
    if asked != "serve":
        return (f"its graph is tagged `{asked}`, and loaders look for `serve`",)
    return ()


def _archived(artifact: Artifact) -> tuple[str, ...]:
    if text(artifact.detail, "keras_class") not in ("Functional", "Sequential"):
        return ()
    asked = f"loadstone check {folder_of(artifact)} --fix -o model.keras"
    return (f"`{asked}` tries to write it for Keras 3, and proves it",)


def _code(artifact: Artifact) -> str:
    path = artifact.path
    if artifact.format == "savedmodel":
        keras = artifact.detail.get("keras") is True and artifact.detail.get("keras_class")
        return load_keras(artifact) if keras else load_saved_model(artifact)
    if artifact.format == "tflite":
        return (
            "import tensorflow as tf\n\n"
            f"interpreter = tf.lite.Interpreter(model_path={path!r})\n"
            "interpreter.allocate_tensors()\n"
        )
    if artifact.format == "tf-meta-graph":
        return (
            "import tensorflow as tf\n\n"
            f"saver = tf.compat.v1.train.import_meta_graph({path!r}, clear_devices=True)\n"
        )
    return _graph(artifact)


def _graph(artifact: Artifact) -> str:
    path = artifact.path
    named = text(artifact.detail, "named")
    path = f"{path.rstrip('/')}/{named}" if named and artifact.is_folder else path
    signature = artifact.signatures[0] if artifact.signatures else None
    inputs = [f"{item.name}:0" for item in signature.inputs[:8]] if signature else []
    outputs = [f"{item.name}:0" for item in signature.outputs[:8]] if signature else []
    text_form = artifact.format == "tf-graph-text"
    read = (
        "    text_format.Parse(file.read(), graph)\n"
        if text_form
        else "    graph.ParseFromString(file.read())\n"
    )
    return (
        "import tensorflow as tf\n"
        + ("from google.protobuf import text_format\n" if text_form else "")
        + "\ngraph = tf.compat.v1.GraphDef()\n"
        + f"with open({path!r}, {'' if text_form else 'rb'!r}) as file:\n".replace(", '')", ")")
        + read
        + "wrapped = tf.compat.v1.wrap_function(\n"
        "    lambda: tf.import_graph_def(graph, name=''), []\n)\n"
        + (f"predict = wrapped.prune({inputs!r}, {outputs!r})\n" if inputs and outputs else "")
    )
