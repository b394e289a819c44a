"""Core ML models by several coremltools, with what their own messages say of them.

Run in an environment of each: Python 3.8 with coremltools 4.1, 3.9 with 6.3.0, 3.11 with 9.0.
Core ML itself loads models on macOS alone: here their messages are read back.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import coremltools as ct
import numpy as np
from coremltools.models import datatypes, neural_network
from coremltools.models.neural_network import NeuralNetworkBuilder

HERE = Path(__file__).resolve().parent
VERSION = ct.__version__
DRAW = np.random.default_rng(0)


def drawn(*shape):
    return DRAW.standard_normal(shape).astype(np.float32)


def network():
    """Layers of each kind with weights, and a table of class names."""
    builder = NeuralNetworkBuilder(
        [("picture", datatypes.Array(3, 8, 8))],
        [("scores", datatypes.Array(4))],
        mode="classifier",
    )
    builder.add_convolution(
        "conv", 3, 2, 3, 3, 1, 1, "same", 1, drawn(3, 3, 3, 2), drawn(2), has_bias=True,
        input_name="picture", output_name="c",
    )  # fmt: skip
    builder.add_batchnorm(
        "norm", 2, np.ones(2), np.zeros(2), drawn(2), np.ones(2), input_name="c", output_name="n"
    )
    builder.add_activation("relu", "RELU", "n", "r")
    builder.add_flatten("flat", 0, "r", "f")
    wired = {"input_name": "f", "output_name": "s"}
    builder.add_inner_product("fc", drawn(4, 128), drawn(4), 128, 4, has_bias=True, **wired)
    builder.add_softmax("soft", "s", "scores")
    builder.set_class_labels(["a", "b", "c", "d"], "label", "scores")
    builder.set_pre_processing_parameters(image_input_names=["picture"], is_bgr=False)
    return builder.spec


def recurrent():
    builder = NeuralNetworkBuilder([("x", datatypes.Array(3))], [("y", datatypes.Array(2))])
    gates = [drawn(2, 2) for _ in range(4)], [drawn(2, 3) for _ in range(4)]
    hold = {"input_names": ["x", "h_in", "c_in"], "output_names": ["y", "h_out", "c_out"]}
    builder.add_unilstm("lstm", *gates, [drawn(2) for _ in range(4)], 2, 3, **hold)
    builder.add_optionals([("h_in", 2), ("c_in", 2)], [("h_out", 2), ("c_out", 2)])
    return builder.spec


def halved():
    quantized = neural_network.quantization_utils.quantize_weights
    model = quantized(ct.models.MLModel(network(), **SKIP), 16)
    return getattr(model, "get_spec", lambda: model)()


def eighths():
    quantized = neural_network.quantization_utils.quantize_weights
    model = quantized(ct.models.MLModel(network(), **SKIP), 8)
    return getattr(model, "get_spec", lambda: model)()


SKIP = {} if VERSION.startswith("4") else {"skip_model_load": True}


def program():
    """An ML program with weights in a file of their own, of several types."""
    from coremltools.converters.mil import Builder as mb  # noqa: N813 - as its documentation has it

    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 3, 8, 8))])
    def built(picture):
        found = mb.conv(
            x=picture, weight=drawn(4, 3, 3, 3), bias=drawn(4), pad_type="same", name="conv"
        )
        found = mb.reshape(x=mb.relu(x=found), shape=(1, 256))
        return mb.linear(x=found, weight=drawn(10, 256), bias=drawn(10), name="scores")

    given = {"convert_to": "mlprogram", "compute_precision": ct.precision.FLOAT16}
    return ct.convert(built, skip_model_load=True, **given)


def single():
    """The same in single precision, with a classifier's names and a flexible batch."""
    from coremltools.converters.mil import Builder as mb  # noqa: N813 - as above

    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 16))])
    def built(x):
        return mb.linear(x=x, weight=drawn(3, 16), bias=drawn(3), name="scores")

    given = {"convert_to": "mlprogram", "compute_precision": ct.precision.FLOAT32}
    labels = ct.ClassifierConfig(["a", "b", "c"])
    return ct.convert(built, skip_model_load=True, classifier_config=labels, **given)


def compressed(how):
    """The program with fewer bits of each weight: scaled, or numbers of a table."""
    import coremltools.optimize.coreml as cto

    if how == "scaled":
        told = cto.OpLinearQuantizerConfig(mode="linear_symmetric", weight_threshold=10)
        return cto.linear_quantize_weights(program(), cto.OptimizationConfig(global_config=told))
    told = cto.OpPalettizerConfig(mode="uniform", nbits=4, weight_threshold=10)
    return cto.palettize_weights(program(), cto.OptimizationConfig(global_config=told))


def scaled():
    return compressed("scaled")


def tabled():
    return compressed("tabled")


def fitted():
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(3, random_state=0)
    model.fit(np.arange(40.0).reshape(20, 2), [0, 1] * 10)
    return ct.converters.sklearn.convert(model, ["age", "income"], "label").get_spec()


def kept(array):
    data = np.ascontiguousarray(array)
    return [str(data.dtype), list(data.shape), hashlib.sha256(data.tobytes()).hexdigest()[:16]]


def weights_of(params):
    """Return type, count and digest of what one WeightParams holds."""
    if params.floatValue:
        data = np.array(params.floatValue, np.float32).tobytes()
        return ["float32", len(data) // 4, hashlib.sha256(data).hexdigest()[:16]]
    if params.float16Value:
        digest = hashlib.sha256(params.float16Value).hexdigest()[:16]
        return ["float16", len(params.float16Value) // 2, digest]
    return ["quantized", params.quantization.numberOfBits] if params.rawValue else None


def layers(spec):
    """Return the weights of a network by layer and field."""
    kind = spec.WhichOneof("Type")
    if not kind.startswith("neuralNetwork"):
        return {}
    found = {}
    for layer in getattr(spec, kind).layers:
        inner = getattr(layer, layer.WhichOneof("layer"))
        held = {field.name: value for field, value in inner.ListFields()}
        if "weightParams" in held:
            gates = held.pop("weightParams")
            for number, one in enumerate(gates if hasattr(gates, "append") else [gates]):
                for field, value in one.ListFields():
                    held[f"weightParams.{number}.{field.name}"] = value
        for name, value in held.items():
            if type(value).__name__ == "WeightParams" and weights_of(value):
                found[f"{layer.name}.{name}"] = weights_of(value)
    return found


def constants(spec, folder):
    """Return the constants of an ML program, the values in its file of weights among them."""
    if spec.WhichOneof("Type") != "mlProgram":
        return {}
    from coremltools.converters.mil.frontend.milproto.load import load

    loaded = load(spec, spec.specificationVersion, str(folder / "Data/com.apple.CoreML/weights"))
    found = {}
    for function in loaded.functions.values():
        for op in function.operations:
            value = getattr(op.outputs[0], "val", None)
            if (
                op.op_type == "const"
                and isinstance(value, np.ndarray)
                and value.size >= 2
                and value.dtype.kind == "f"
            ):
                found[op.name] = kept(value)
    return found


def ports(listed):
    found = []
    for item in listed:
        kind = item.type.WhichOneof("Type")
        shape = list(item.type.multiArrayType.shape) if kind == "multiArrayType" else None
        word = None
        if kind == "multiArrayType":
            word = item.type.multiArrayType.ArrayDataType.Name(item.type.multiArrayType.dataType)
        if kind == "imageType":
            shape = [item.type.imageType.height, item.type.imageType.width]
        found.append([item.name, kind, word, shape, item.type.isOptional])
    return found


def told(path):
    spec = ct.utils.load_spec(str(path))
    kind = spec.WhichOneof("Type")
    names = [spec.description.predictedFeatureName, spec.description.predictedProbabilitiesName]
    return {
        "version": spec.specificationVersion,
        "type": kind,
        "inputs": ports(spec.description.input),
        "outputs": ports(spec.description.output),
        "predicted": names,
        "user": dict(spec.description.metadata.userDefined),
        "layers": layers(spec),
        "constants": constants(spec, path) if path.is_dir() else {},
    }


def main():
    makers = [network, recurrent, halved, eighths]
    makers += [] if VERSION.startswith("4") else [program, single]
    makers += [scaled, tabled] if VERSION.startswith("9") else []
    makers += [fitted] if VERSION.startswith("6") else []
    (HERE / "truth").mkdir(exist_ok=True)
    for maker in makers:
        name = f"{VERSION}-{maker.__name__}"
        try:
            made = maker()
        except Exception as error:
            print(name, type(error).__name__, str(error)[:300], file=sys.stderr)
            continue
        if maker in (program, single, scaled, tabled):
            path = HERE / f"{name}.mlpackage"
            shutil.rmtree(path, ignore_errors=True)
            made.save(str(path))
        else:
            path = HERE / f"{name}.mlmodel"
            ct.utils.save_spec(made, str(path))
        (HERE / "truth" / f"{path.name}.json").write_text(json.dumps(told(path)) + "\n")


main()
