"""TensorFlow SavedModels, asked by their signature.

TensorFlow 2 loads what it wrote as an object with signatures. What TensorFlow 1 wrote, and what
cannot be revived as an object (an optimizer of another Keras), is run in a session, as TensorFlow
Serving does. A program without a signature is asked by its functions, or by its placeholders.
https://www.tensorflow.org/guide/saved_model
"""

import importlib
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import held, tf_examples, tf_unsigned
from .fixed_batch import run_in, size_of
from .portable import UnportableError
from .ports import Port, feed_of, shapes_of
from .rows import MisfitError, are_records, names_of
from .tf_quiet import quiet, unwarned

Output = Dict[str, Any]
Program = Tuple[List[Port], Any]  # inputs, and a function of tensors or a session with tensors
_SERVED = "serving_default"
_INIT = "__saved_model_init_op"
_TAG = "serve"


class SavedModel:
    """The program of a folder: its signature, or one function of its root."""

    how = "run"

    def __init__(self, path: str, digest: Optional[str], hints: Mapping[str, Any]) -> None:
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        held.match_folder(folder, hints.get("parts", ()), digest)
        self.notes: List[str] = []
        quiet()
        tensorflow = importlib.import_module("tensorflow")
        self._tensorflow = tensorflow
        self._run = opened(tensorflow, folder)
        self._features = tf_examples.features(_graph(folder).graph_def)
        ports = self._run.inputs
        self.order = list(hints.get("order") or ())
        self.names = [port.name for port in ports] if len(ports) > 1 else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {
            "model": "SavedModel",
            "how": self._run.how,
            "names": self.names,
            "shapes": shapes_of(self._run.inputs),
        }

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: ARG002, FBT001 - as every model
        """Return predictions: the output, or the outputs by name."""
        run = self._run.of(rows) if isinstance(self._run, Several) else self._run
        feed, size = self._feed(rows, run.inputs), size_of(run.inputs)
        return {"predictions": run_in(size, feed, lambda held: outputs(run(held)))}

    def _feed(self, rows: Any, ports: List[Port]) -> Dict[str, Any]:
        """Return the arrays; records are made examples where the one input is of such."""
        alone = len(ports) == 1 and ports[0].dtype == "str" and self._features
        if alone and are_records(rows) and ports[0].name not in names_of(rows):
            return {ports[0].name: tf_examples.examples(self._tensorflow, rows, self._features)}
        return feed_of(rows, ports, self.order)

    def weights(self) -> List[Any]:
        """Return the variables; a session keeps its own."""
        return list(getattr(self._run, "variables", ()))

    def program(self) -> Program:
        """Return the inputs, and what `onnx_program` makes a graph of."""
        if isinstance(self._run, Several):
            raise UnportableError("the program has several signatures: {}".format(self._run.how))  # noqa: EM103 - messages read better where they are raised
        return self._run.inputs, self._run.tensors()


def opened(tensorflow: Any, folder: str) -> Any:
    """Return what runs the program: called with a feed, it gives the outputs by name."""
    graph = _graph(folder)
    tags = list(graph.meta_info_def.tags)
    names = [name for name in graph.signature_def if name != _INIT]
    if not graph.HasField("object_graph_def"):
        return _sessions(tensorflow, folder, tags)
    try:
        root = tensorflow.saved_model.load(folder)
    except Exception:  # what cannot be revived runs all the same, if it has a signature
        if not names:
            raise
        return _sessions(tensorflow, folder, tags)
    found = {name: root.signatures[name] for name in _served(names)} if names else _functions(root)
    made = {name: _Function(tensorflow, name, item, root=root) for name, item in found.items()}
    return Several(made) if len(made) > 1 else next(iter(made.values()))


def _sessions(tensorflow: Any, folder: str, tags: Sequence[str]) -> Any:
    """Return what runs the signature, the signatures, or a graph without any, in one session."""
    v1 = tensorflow.compat.v1
    graph = v1.Graph()
    with graph.as_default():
        session = v1.Session(graph=graph, config=v1.ConfigProto(allow_soft_placement=True))
        with unwarned():  # it is deprecated, and there is no other way
            told = v1.saved_model.loader.load(session, list(tags), folder)
    names = _served([name for name in told.signature_def if name != _INIT])
    if not names:
        return _unsigned(session, graph)
    made: Dict[str, Any] = {}
    refused: List[held.RefusedError] = []
    for name in names:
        try:
            made[name] = _signed(tensorflow, session, name, told.signature_def[name])
        except held.RefusedError as error:  # noqa: PERF203 - another one may be fed
            refused.append(error)
    if not made:
        raise refused[0]
    return Several(made) if len(made) > 1 else next(iter(made.values()))


def _signed(tensorflow: Any, session: Any, name: str, signature: Any) -> "_Session":
    feeds = {key: _tensor(key, item) for key, item in signature.inputs.items()}
    fetches = {key: _tensor(key, item) for key, item in signature.outputs.items()}
    inputs = [_port(tensorflow, key, item) for key, item in signature.inputs.items()]
    return _Session(session, name, inputs, feeds, fetches)


def _unsigned(session: Any, graph: Any) -> "_Session":
    fed, fetched = tf_unsigned.ports(graph)
    inputs = [Port(item.op.name, word(item.dtype), sizes(item.shape)) for item in fed]
    feeds = {item.op.name: item.name for item in fed}
    names = [item.op.name if item.value_index == 0 else item.name for item in fetched]
    fetches = {name: item.name for name, item in zip(names, fetched)}  # noqa: B905 - Python 3.6 has no `strict`
    return _Session(session, "graph", inputs, feeds, fetches)


class _Session:
    """What a session is fed and gives, by names of tensors: of a signature, or of a graph."""

    variables = ()  # the session keeps its own

    def __init__(
        self,
        session: Any,
        how: str,
        inputs: List[Port],
        feeds: Dict[str, str],
        fetches: Dict[str, str],
    ) -> None:
        self.how = how
        self.inputs = inputs
        self._session, self._feeds, self._fetches = session, feeds, fetches

    def __call__(self, feed: Dict[str, Any]) -> Dict[str, Any]:
        given = {self._feeds[name]: value for name, value in feed.items()}
        return self._session.run(self._fetches, given)  # type: ignore[no-any-return]

    def tensors(self) -> Any:
        """Return the session, and the tensors by the names of inputs and of outputs."""
        return self._session, self._feeds, self._fetches


class _Function:
    """A concrete function, fed by position or, as signatures are, by name."""

    def __init__(self, tensorflow: Any, how: str, function: Any, *, root: Any) -> None:
        self.how = how
        self._constant = tensorflow.constant
        self._call = function
        self._root = root  # holds the variables
        self.variables = function.variables
        by_place, by_name = function.structured_input_signature
        specs = [item for item in by_place if hasattr(item, "dtype")]
        names = [item.name or "input_{}".format(at) for at, item in enumerate(specs)]
        self._by_name = dict(sorted(by_name.items()))
        specs += self._by_name.values()
        names += self._by_name
        self._specs = dict(zip(names, specs))  # noqa: B905 - Python 3.6 has no `strict`
        self.inputs = [
            Port(name, word(item.dtype), sizes(item.shape)) for name, item in self._specs.items()
        ]

    def __call__(self, feed: Dict[str, Any]) -> Any:
        made = {name: self._constant(feed[name], item.dtype) for name, item in self._specs.items()}
        return self._called(made)

    def _called(self, made: Dict[str, Any]) -> Any:
        named = {name: made.pop(name) for name in self._by_name}
        return self._call(*made.values(), **named)

    def tensors(self) -> Any:
        """Return a function of a tensor for each input that gives the outputs by name."""

        def call(*given: Any) -> Dict[str, Any]:
            return by_name(self._called(dict(zip(self._specs, given))))  # noqa: B905 - Python 3.6 has no `strict`

        return call


class Several:
    """Signatures none of which is the default, or functions: the rows tell which one is meant."""

    def __init__(self, runs: Dict[str, Any]) -> None:
        self._runs = runs
        self.how = ", ".join(runs)
        self.inputs: List[Port] = []  # they are those of the one that is asked
        held_ = {id(item): item for run in runs.values() for item in run.variables}
        self.variables = list(held_.values())

    def of(self, rows: Any) -> Any:
        """Return the one whose inputs the rows are; raises `MisfitError` where that is not one."""
        fitting = [run for run in self._runs.values() if _takes(run.inputs, rows)]
        if len(fitting) == 1:
            return fitting[0]
        told = [
            "`{}` ({})".format(name, ", ".join(port.name for port in run.inputs))
            for name, run in self._runs.items()
        ]
        why = "{} of {} take{} these rows: give the inputs of one by name"
        count = "several" if fitting else "none"
        listed = ", ".join(told[:6])
        raise MisfitError(why.format(count, listed, "" if fitting else "s"), "names")


def _takes(inputs: List[Port], rows: Any) -> bool:
    """Whether rows are for these inputs: by all their names, or arrays and texts that fit."""
    if are_records(rows):
        return set(names_of(rows)) == {port.name for port in inputs}
    try:
        feed_of(rows, inputs)
    except MisfitError:
        return False
    return True


class GraphModel:
    """A frozen graph: its placeholders are fed, and what nothing consumes is fetched."""

    how = "run"

    def __init__(self, path: str, digest: Optional[str], hints: Mapping[str, Any]) -> None:
        source = held.Held(path)
        source.match(digest)
        self.notes: List[str] = []
        quiet()
        tensorflow = importlib.import_module("tensorflow")
        v1 = tensorflow.compat.v1
        definition = v1.GraphDef()
        definition.ParseFromString(source.raw)
        graph = v1.Graph()
        with graph.as_default():
            v1.import_graph_def(definition, name="")
        settings = v1.ConfigProto(allow_soft_placement=True)
        self._session = v1.Session(graph=graph, config=settings)
        tensors = {name: graph.get_tensor_by_name(name + ":0") for name in hints["inputs"]}
        self._fetches = {name: graph.get_tensor_by_name(name + ":0") for name in hints["outputs"]}
        self._feeds = tensors
        self.inputs = [
            Port(name, word(item.dtype), sizes(item.shape)) for name, item in tensors.items()
        ]
        self.names = [port.name for port in self.inputs] if len(self.inputs) > 1 else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {
            "model": "frozen graph",
            "how": "run",
            "names": self.names,
            "shapes": shapes_of(self.inputs),
        }

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: ARG002, FBT001 - as every model
        """Return predictions: the output, or the outputs by name."""
        feed = feed_of(rows, self.inputs)
        return {"predictions": run_in(size_of(self.inputs), feed, self._asked)}

    def _asked(self, feed: Dict[str, Any]) -> Any:
        given = {self._feeds[name]: value for name, value in feed.items()}
        return outputs(self._session.run(self._fetches, given))

    def program(self) -> Program:
        """Return the inputs, and what `onnx_program` makes a graph of."""
        tensors = [
            {name: item.name for name, item in held.items()}
            for held in (self._feeds, self._fetches)
        ]
        return self.inputs, (self._session, *tensors)


def _functions(root: Any) -> Dict[str, Any]:
    """Return the function of the root object: `__call__`, else all that it has."""
    found = {name: _concrete(getattr(root, name, None)) for name in dir(root)}
    known = {name: made[0] for name, made in found.items() if made}
    if not known:
        why = "the program has no signature, and its root has nothing to call"
        raise held.RefusedError(why, "no-signature")
    return {"__call__": known["__call__"]} if "__call__" in known else known


def _concrete(value: Any) -> List[Any]:
    return list(getattr(value, "concrete_functions", ()) or ())


def _graph(folder: str) -> Any:
    """Return the `MetaGraphDef` to serve."""
    messages = importlib.import_module("tensorflow.core.protobuf.saved_model_pb2")
    made = messages.SavedModel()
    binary = os.path.join(folder, "saved_model.pb")
    if os.path.exists(binary):
        with open(binary, "rb") as file:
            made.ParseFromString(file.read())
    else:
        formatted = importlib.import_module("google.protobuf.text_format")
        with open(os.path.join(folder, "saved_model.pbtxt"), encoding="utf-8") as file:
            formatted.Parse(file.read(), made)
    graphs = [list(item.meta_info_def.tags) for item in made.meta_graphs]
    at = next((at for at, tags in enumerate(graphs) if tags == [_TAG]), None)
    if at is None:
        at = next((at for at, tags in enumerate(graphs) if _TAG in tags), 0)
    return made.meta_graphs[at]


def _served(names: Sequence[str]) -> List[str]:
    """Return the signature that a server would take, or all for predictions."""
    if _SERVED in names:
        return [_SERVED]
    return sorted(name for name in names if name not in ("train", "eval")) or sorted(names)


def _tensor(name: str, item: Any) -> str:
    if item.WhichOneof("encoding") != "name":
        why = "`{}` is a sparse or ragged tensor, which rows do not give".format(name)
        raise held.RefusedError(why, "no-signature", (name,))
    return str(item.name)


def _port(tensorflow: Any, name: str, item: Any) -> Port:
    shape = item.tensor_shape
    sizes = None if shape.unknown_rank else [size.size for size in shape.dim]
    return Port(name, word(tensorflow.as_dtype(item.dtype)), _open(sizes))


def _open(sizes: Optional[Sequence[Any]]) -> Optional[List[Any]]:
    return None if sizes is None else [None if size in (-1, None) else int(size) for size in sizes]


def sizes(shape: Any) -> Optional[List[Any]]:
    """Return the sizes of a `TensorShape`, None for those that are open or unknown."""
    return None if shape is None or shape.rank is None else _open(shape.as_list())


def word(dtype: Any) -> str:
    """Return the numpy dtype of a `DType`, "str" for texts."""
    name = str(dtype.name)
    return {"string": "str", "bfloat16": "float32"}.get(name, name)


def outputs(found: Any) -> Any:
    """Return what a program gave as arrays: one output plain, several by name; texts as texts."""
    if isinstance(found, Mapping):
        held_ = {str(name): outputs(value) for name, value in found.items()}
        return next(iter(held_.values())) if len(held_) == 1 else held_
    if isinstance(found, (list, tuple)):
        return outputs({"output_{}".format(at): value for at, value in enumerate(found)})
    values = found.numpy() if hasattr(found, "numpy") else found
    if getattr(values, "dtype", None) is not None and values.dtype.kind in "OS":
        import numpy as np

        return np.vectorize(_text, otypes=[object])(values)
    return values


def by_name(found: Any) -> Dict[str, Any]:
    """Return what a program gave by the names that `outputs` has for it; "" for a plain one.

    Raises `UnportableError` where some of it has no name of its own.
    """
    if isinstance(found, (list, tuple)):
        found = {"output_{}".format(at): value for at, value in enumerate(found)}
    if not isinstance(found, Mapping):
        return {"": found}
    if any(isinstance(value, (Mapping, list, tuple)) for value in found.values()):
        raise UnportableError("its outputs lie in one another")
    held_ = {str(name): value for name, value in found.items()}
    return {"": next(iter(held_.values()))} if len(held_) == 1 else held_


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
