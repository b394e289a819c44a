"""Judges what torch's and fastai's own functions make tensors of, and what holds only those."""

from typing import Any, List

from .audited_arrays import ARRAYS, is_plain_array
from .audited_table import allows
from .audited_values import is_inert
from .pickle_values import Call, Items, ListItems, Opaque, Pairs, TupleItems

__all__ = [
    "is_cast",
    "is_convolution",
    "is_generator_of_torch",
    "is_of_fastai",
    "is_of_tensorflow",
    "is_output",
    "is_packed",
    "is_rebuilt",
    "is_result",
]

# tensors of fastai's: none of them fills itself, or sets an attribute otherwise; 2.0 to 2.8
_OF_FASTAI = frozenset(
    [
        *(
            "fastai.torch_core.Tensor" + name
            for name in (
                *("Base", "Category", "FlowField", "Image", "ImageBW", "ImageBase", "Mask"),
                "MultiCategory",
            )
        ),
        *("fastai.vision.core.TensorPoint", "fastai.vision.core.TensorBBox"),
        *("fastai.text.data.TensorText", "fastai.text.data.LMTensorText"),
    ]
)
# the same of torchvision's, 0.16 to 0.28: their `__new__` is not called
_OF_TORCHVISION = frozenset(
    "torchvision.tv_tensors._" + name
    for name in (
        *("image.Image", "mask.Mask", "video.Video", "bounding_boxes.BoundingBoxes"),
        "keypoints.KeyPoints",
    )
)
_DIMENSION = "tensorflow.python.framework.tensor_shape.Dimension"
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
_STATE = 3  # parts of the state of a generator
_NUMBERS, _GROUPS = 15, 8  # parts of the state of a convolution, and where its groups stand
# attributes of theirs, none of which a tensor has
_KEPT = frozenset(["img_size", "format", "canvas_size", "clamping_mode"])
# weights as kernels take them: classes that torch registers in C++, each filled with tensors,
# numbers and truths; those of convolutions have their groups in a tensor, which is not read
_PACKED = frozenset(
    "__torch__.torch.classes.quantized." + name
    for name in ("LinearPackedParamsBase", "EmbeddingPackedParamsBase")
)
_CELL = "__torch__.torch.classes.rnn.CellParamsBase"
_CELLS = ("quantized_dynamic", "quantized_fp16")
_OF_CELL = 5  # what it is, tensors, fractions, whole numbers, packed weights


def is_of_tensorflow(call: Call, args: List[Any]) -> bool:
    """Judge a tensor, a type or a shape of TensorFlow's, as its pickles make it; 2.8 to 2.21."""
    filled = call.states or call.appended or call.added or call.pairs or call.kwargs
    if len(args) != 1 or filled:
        return False
    held, name = args[0], (call.path or "").rpartition(".")[2]
    if name == "as_dtype":
        return isinstance(held, str)
    if name == "TensorShape":
        parts = held if isinstance(held, (ListItems, TupleItems)) else [held]
        return all(map(_is_dimension, parts))
    if name == "Dimension":
        return held is None or type(held) is int
    return isinstance(held, Call) and (held.path in _SCALARS or is_plain_array(held))


def _is_dimension(part: Any) -> bool:
    made = isinstance(part, Call) and part.path == _DIMENSION and part.how == "reduce"
    return part is None or type(part) is int or made


def is_rebuilt(_: Call, args: List[Any]) -> bool:
    """Judge a tensor of a subclass: what makes it is torch's own, for any other is judged alone."""
    if len(args) != 4 or not allows(args[0], "call") or not allows(args[1]):
        return False
    if not args[0].path.startswith("torch._utils._rebuild_"):
        return False
    if is_of_fastai(args[1]) or args[1].path in _OF_TORCHVISION:
        return _is_kept(args[3])
    return not allows(args[1], "class")  # its own method would fill it


def is_cast(call: Call, args: List[Any]) -> bool:
    """Judge a tensor that fastai makes of one of torch's, and casts to one of its classes."""
    own = len(args) > 1 and is_of_fastai(args[0])
    return own and is_inert(TupleItems(args[1:])) and not (call.kwargs or call.states or call.pairs)


def is_of_fastai(value: Any) -> bool:
    """Whether a class of tensors of fastai's is named."""
    return allows(value) and value.path in _OF_FASTAI


def _is_kept(state: Any) -> bool:
    """Whether a state sets nothing on a tensor but what its library puts there."""
    return state is None or (
        isinstance(state, Pairs)
        and all(isinstance(key, str) and key in _KEPT and is_inert(value) for key, value in state)
    )


def is_packed(call: Call, args: List[Any]) -> bool:
    """Judge an object of a class that torch registers: the file says which, and its tensors."""
    states = [state for state in call.states if isinstance(state, TupleItems) and len(state) == 2]
    return (
        call.how == "new"
        and not args
        and len(states) == len(call.states) == 1
        and isinstance(states[0][1], str)
        and (
            (states[0][1] in _PACKED and is_inert(states[0][0]))
            or (states[0][1] == _CELL and _is_of_cell(states[0][0]))
        )
    )


def _is_of_cell(state: Any) -> bool:
    """Whether it is what a cell of a recurrent layer is made of: two biases, two packed weights.

    https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/RNN.cpp; those of before 1.4
    (`quantized`), which are packed again from their numbers, are not read.
    """
    if not isinstance(state, TupleItems) or len(state) != _OF_CELL or state[0] not in _CELLS:
        return False
    *held, packed = state
    made = isinstance(packed, ListItems) and all(
        isinstance(one, Call) and one.path == "torch.ScriptObject" for one in packed
    )
    return made and all(map(is_inert, held))


def is_convolution(call: Call, args: List[Any]) -> bool:
    """Judge a convolution of whole numbers: it is filled with numbers, texts and tensors.

    What packs its weights divides by its groups, and ends the process where there are none.
    """
    return not args and all(
        isinstance(state, TupleItems)
        and len(state) == _NUMBERS
        and type(state[_GROUPS]) is int
        and state[_GROUPS] > 0
        and is_inert(state)
        for state in call.states
    )


def is_generator_of_torch(call: Call, args: List[Any]) -> bool:
    """Judge a generator: C++ takes its state for a tuple of a seed, a place and a tensor."""
    return len(args) < 2 and all(
        isinstance(state, TupleItems)
        and len(state) == _STATE
        and type(state[0]) is int
        and (state[1] is None or type(state[1]) is int)
        and isinstance(state[2], Call)
        for state in call.states
    )


def is_output(call: Call, args: List[Any]) -> bool:
    """Judge the outputs of a model: tensors, and no pairs of a name and what is set under it.

    A function under the name of a method would be called with the next name.
    """
    held = [*args, *(value for _, value in call.pairs)]
    held += [value for state in call.states if isinstance(state, Pairs) for _, value in state]
    plain = isinstance(call.args, list) and all(isinstance(state, Pairs) for state in call.states)
    return plain and not call.kwargs and all(map(_are_tensors, held))


def is_result(call: Call, args: List[Any]) -> bool:
    """Judge the results of a function, a tuple of tensors, of which none has another name."""
    plain = not (call.states or call.kwargs or call.appended or call.added or call.pairs)
    return (
        plain
        and len(args) == 2
        and isinstance(args[0], TupleItems)
        and _are_tensors(args[0])
        and isinstance(args[1], Pairs)
        and not args[1]
    )


def _are_tensors(value: Any, depth: int = 3) -> bool:
    """Whether it is tensors or nothing, in tuples; of other containers names would be taken."""
    if isinstance(value, Call):
        path = value.path or ""
        return path in ARRAYS or path.startswith("torch._utils._rebuild_")
    if isinstance(value, Items):
        inside = depth and not isinstance(value, Pairs)
        return bool(inside) and all(_are_tensors(part, depth - 1) for part in value)
    return not isinstance(value, (Opaque, str))
