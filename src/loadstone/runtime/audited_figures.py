"""Judges figures of matplotlib's, which draw themselves again when they are opened.

What fills a figure or its axes calls methods of the things in it, and in some programs draws all of
them. So everything that can be reached from it has to be a thing that only draws, a value, or a
method of such things that is known to be quiet. No text is given to LaTeX.
"""

import re
from typing import Any, List, Optional

from .audited_values import class_of, filling, given, is_quiet, is_value, names_a_function
from .audited_walks import spread, walks
from .pickle_values import Call, Extension, Global, ListItems, Pairs, TupleItems

__all__ = ["is_drawing", "is_drawn", "is_kept_to_draw"]

_DRAWING = (
    r"matplotlib\.(_enums|artist|axes(\.\w+)?|axis|category|collections|colorbar|colorizer|colors"
    r"|container|contour|dates|figure|gridspec|image|layout_engine|legend|lines|markers|offsetbox"
    r"|patches|path|patheffects|projections(\.\w+)?|quiver|scale|spines|table|text|ticker|transforms"
    r"|tri(\.\w+)?)\.[A-Z_]\w*(\.[A-Z]\w*)*\Z"
    r"|matplotlib\.cbook\.(CallbackRegistry|Grouper|silent_list|Stack|_OrderedSet)\Z"
    r"|seaborn\.categorical\.BoxPlotContainer\Z"
    r"|matplotlib\.font_manager\.FontProperties\Z"
    r"|mpl_toolkits\.(mplot3d|axes_grid1|axisartist)\.\w+\.[A-Z_]\w*\Z"
)
# methods that things keep of each other, beside those whose names start with one underline
_METHODS = frozenset(
    [
        *("transform", "transform_affine", "transform_non_affine", "transform_path", "inverted"),
        *("transform_path_affine", "transform_path_non_affine", "get_affine", "get_matrix"),
        *("delaxes", "pick", "recache_always", "drag_pan"),
    ]
)
_FUNCTIONS = frozenset(
    [
        *("matplotlib.cbook._exception_printer", "matplotlib.axis.Axis._format_with_dict"),
        *("matplotlib.backend_bases._key_handler", "matplotlib.backend_bases._mouse_handler"),
        *("matplotlib.colorbar._remove_cbar_axes", "matplotlib.colorbar._set_ticks_on_axis_warn"),
        "mpl_toolkits.mplot3d.proj3d.persp_transformation",
    ]
)
# where things keep a method of others, a partial of it or a function; under any other name it would
# stand in for a method of their own, which what fills a figure calls
_KEPT_UNDER = _METHODS | frozenset(
    [
        *("_marker_function", "_remove_method", "_offset", "_get_view", "_set_view", "_ax_remove"),
        *("_set_view_from_bbox", "_zsortfunc", "exception_handler", "cla"),
    ]
)
_GETATTR = ("builtins.getattr", "__builtin__.getattr")
_COUNTERS = ("_cid_gen", "_counter")  # no end of them: a thing takes the next from each


def is_drawing(item: Any) -> bool:
    """Whether a class makes things that only draw, and is named by what stands in a figure."""
    return isinstance(item, Global) and bool(re.match(_DRAWING, item.path))


_PROPERTIES = ("_pad", "_text_ref_angle", "_offset_ref_angle")


def is_kept_to_draw(call: Call) -> bool:
    """Whether a method of a thing that draws, or of a list of them, is kept."""
    args = call.args if isinstance(call.args, list) else []
    if call.path not in _GETATTR or len(args) != 2 or not isinstance(args[1], str):
        return False
    if isinstance(args[0], ListItems):
        return args[1] == "remove"
    own = isinstance(args[0], Call) and is_drawing(class_of(args[0])[0])
    named = bool(re.match(r"_[a-z]\w*\Z", args[1])) and args[1] not in _PROPERTIES
    return own and (args[1] in _METHODS or named)


def is_drawn(call: Call) -> bool:
    """Whether all that can be reached from a thing only draws, or is a value."""
    if walks.failed:
        return True
    seen = walks.of("drawn")
    waiting: List[Any] = [call]
    for node in spread(waiting, seen):
        if isinstance(node, Call):
            held = _held(node)
            if held is None:
                return walks.fail()
            waiting += held
        elif isinstance(node, Extension) or (isinstance(node, Global) and not _is_named(node)):
            return walks.fail()
    return True


def _is_named(item: Global) -> bool:
    return item.path in _FUNCTIONS or is_drawing(item) or is_quiet(item)


def _held(call: Call) -> Optional[List[Any]]:
    """Return what a thing holds; None where it is none of those that are known."""
    if is_kept_to_draw(call):
        return list(call.args)
    if call.path == "functools.partial":
        parts = [call.args, *call.states]
        called = [part[0] if isinstance(part, TupleItems) and part else None for part in parts]
        return [*parts, call.kwargs] if all(map(_is_called, called)) else None
    made = class_of(call)[0]
    if is_drawing(made):
        told = any(map(_is_of_latex, call.states)) or any(map(_replaces_a_method, call.states))
        return None if told else [given(call), *map(_uncounted, _filled(call))]
    if not is_value(call) or any(map(names_a_function, call.states)):
        return None
    return [given(call), *_filled(call)]


def _filled(call: Call) -> List[Any]:
    return [call.kwargs, *filling(call)]


def _uncounted(state: Any) -> Any:
    """Return a state without the numbers that a thing counts on from, one for each state."""
    kept = [pair for pair in state if not _is_counter(*pair)] if isinstance(state, Pairs) else None
    if kept is None or len(kept) == len(state):
        return state
    return walks.of("uncounted").setdefault(id(state), Pairs(kept))


def _is_counter(key: Any, value: Any) -> bool:
    return key in _COUNTERS and isinstance(value, Call) and value.path == "itertools.count"


def _is_called(item: Any) -> bool:
    if isinstance(item, Call):
        return is_kept_to_draw(item)
    return isinstance(item, Global) and item.path in _FUNCTIONS


def _is_of_latex(state: Any) -> bool:
    return any(key == "_usetex" and value is not False for key, value in _pairs(state))


def _replaces_a_method(state: Any) -> bool:
    """Whether something that can be called stands where the thing may look for its own method."""
    held = Pairs([pair for pair in _pairs(state) if pair[0] not in _KEPT_UNDER])
    named = Pairs([pair for pair in held if not _is_told_of_change(*pair)])
    return names_a_function(named) or any(
        isinstance(value, Call)
        and (value.path == "functools.partial" or value.path in _GETATTR)
        and not (key == "func" and _gives_a_label(value))
        for key, value in held
    )


def _gives_a_label(call: Call) -> bool:
    """Whether it looks the text of a tick up among those that were given."""
    kept = call.args[0] if isinstance(call.args, TupleItems) and call.args else None
    if isinstance(kept, Call):
        return is_kept_to_draw(kept) and kept.args[1] == "_format_with_dict"
    return isinstance(kept, Global) and kept.path == "matplotlib.axis.Axis._format_with_dict"


def _is_told_of_change(key: Any, value: Any) -> bool:
    """Whether it is the function by which a thing tells its axes or figure that it changed."""
    stale = ("matplotlib.artist._stale_axes_callback", "matplotlib.figure._stale_figure_callback")
    return key == "stale_callback" and isinstance(value, Global) and value.path in stale


def _pairs(state: Any) -> List[Any]:
    parts = state if isinstance(state, TupleItems) else [state]
    return [pair for part in parts if isinstance(part, Pairs) for pair in part]
