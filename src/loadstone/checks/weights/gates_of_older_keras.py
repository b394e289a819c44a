"""LS416: weights of gates that were `hard_sigmoid` go into layers whose gates are `sigmoid`."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.checks.weights._places import generation, place
from loadstone.core import Artifact, Assignment, Finding, Fix, Replay, Row, check
from loadstone.core.words import count
from loadstone.runtime import keras_gates

CLIP = "recurrent_activation=lambda x: keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)\n"


@check("LS416", since="0.2", covers=("tensorflow/e17",))
def gates_of_older_keras(
    artifact: Artifact, assignment: Assignment, replay: Replay | None
) -> Iterator[Finding]:
    """Recurrent weights are of a Keras whose gates were another function.

    ## Why it breaks
    Until Keras 2.3, and in TensorFlow 1, the gates of LSTM and GRU are `hard_sigmoid` unless told
    otherwise, those of ConvLSTM in all of Keras 2; later ones are `sigmoid`. Weights alone do not
    say which it was. They fit either, and predict something else without a word.

    ## Example
    ```python fails=LS416
    artifact(
        "weights.h5",
        format="keras-h5",
        content="state-dict",
        framework="keras",
        producer={"keras": "2.2.4"},
        detail={"holds": "weights", "layout": "named"},
    )
    assignment("net:build", functions=[("read", "LSTM", "recurrent_activation", "sigmoid")])
    ```

    ## Fix
    Build the layers with `recurrent_activation="hard_sigmoid"`, and in Keras 3, where that is
    another function, with `clip(0.2 * x + 0.5, 0, 1)`. Where it was `sigmoid` at the save too, say
    so: `--accept LS416=REASON`. With `--examples` that give the outputs expected, these decide.

    ## See also
    <https://github.com/keras-team/keras/releases/tag/2.3.0>
    """
    saved, now = artifact.producer.get("keras"), generation(assignment)
    uses = keras_gates.defaults(assignment.functions, keras_gates.numbers(saved), now)
    if not uses or not assignment.fits or (replay is not None and replay.whole != "differs"):
        return
    yield Finding(
        f"the weights are of Keras {saved}, where the gates of {count(len(uses), 'layer')} are "
        "`hard_sigmoid` unless told otherwise",
        at=here(artifact, uses[0][0]),
        code_at=place(assignment),
        headings=("layer", "here"),
        rows=tuple(Row(f"{kind} `{name}`", function) for name, kind, _, function in uses[:4]),
        more=max(0, len(uses) - 4),
        notes=("weights fit either, and the file does not say which it was",),
        fix=Fix(
            "build these layers with the gates that they had",
            safety="manual",
            python=CLIP if now >= 3 else 'recurrent_activation="hard_sigmoid"\n',
        ),
    )
