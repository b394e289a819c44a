# /// script
# requires-python = "==3.11.*"
# dependencies = ["coremltools==9.0", "scikit-learn==1.5.1", "numpy<2.4"]
# ///
"""Core ML models of coremltools, with what its own messages say of them."""

import json
import shutil
from pathlib import Path

import coremltools as ct
import numpy as np
from coremltools.converters.mil import Builder
from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder
from sklearn.linear_model import LinearRegression

HERE = Path(__file__).resolve().parent


def network():
    builder = NeuralNetworkBuilder(
        [("x", datatypes.Array(3))], [("y", datatypes.Array(2))], disable_rank5_shape_mapping=True
    )
    builder.add_inner_product(
        "fc",
        np.ones((2, 3), np.float32),
        np.zeros(2, np.float32),
        3,
        2,
        has_bias=True,
        input_name="x",
        output_name="h",
    )
    custom = builder.nn_spec.layers.add()
    custom.name = "own"
    custom.input.append("h")
    custom.output.append("y")
    custom.custom.className = "OwnLayer"
    return builder.spec


def regressor():
    model = LinearRegression().fit(np.arange(12.0).reshape(4, 3), np.arange(4.0))
    return ct.converters.sklearn.convert(model, ["a", "b", "c"], "price").get_spec()


@Builder.program(input_specs=[Builder.TensorSpec(shape=(1, 3))])
def program(x):
    return Builder.relu(x=Builder.add(x=x, y=np.ones((1, 3), np.float32), name="sum"), name="out")


def told(path):
    spec = ct.utils.load_spec(str(path))
    return {
        "version": spec.specificationVersion,
        "type": spec.WhichOneof("Type"),
        "inputs": [item.name for item in spec.description.input],
        "outputs": [item.name for item in spec.description.output],
        "shapes": [list(item.type.multiArrayType.shape) or None for item in spec.description.input],
    }


def main():
    for name, spec in (("network", network()), ("regressor", regressor())):
        ct.utils.save_spec(spec, str(HERE / f"{name}.mlmodel"))
    folder = HERE / "program.mlpackage"
    shutil.rmtree(folder, ignore_errors=True)
    converted = ct.convert(program, convert_to="mlprogram", skip_model_load=True)
    converted.save(str(folder))
    paths = [*sorted(HERE.glob("*.mlmodel")), folder]
    truth = {path.name: told(path) for path in paths}
    (HERE / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


main()
