"""Whether two code objects do the same, whichever file and line each was compiled from."""

from types import CodeType

CO_NESTED = 0x10  # set by where a function stands, not by what it does
REWRITTEN = "@pytest_ar"  # the name that pytest's rewritten asserts read


def same_code(one: CodeType, other: CodeType) -> bool:
    """Compare instructions, constants and names recursively; lines and file names are left out."""
    if REWRITTEN in one.co_names or REWRITTEN in other.co_names:
        return one.co_name == other.co_name and one.co_argcount == other.co_argcount
    return (
        one.co_code == other.co_code
        and one.co_names == other.co_names
        and one.co_varnames == other.co_varnames
        and one.co_freevars == other.co_freevars
        and one.co_cellvars == other.co_cellvars
        and one.co_argcount == other.co_argcount
        and one.co_posonlyargcount == other.co_posonlyargcount
        and one.co_kwonlyargcount == other.co_kwonlyargcount
        and one.co_flags & ~CO_NESTED == other.co_flags & ~CO_NESTED
        and _same(_consts(one), _consts(other))
    )


def _consts(code: CodeType) -> tuple[object, ...]:
    # A nested function's qualified name tells where it stands (a constant before Python 3.11).
    return tuple(c for c in code.co_consts if not (isinstance(c, str) and "<locals>" in c))


def _same(one: object, other: object) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return same_code(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, frozenset):
        return one == other
    return repr(one) == repr(other)  # tells 0.0 from -0.0 and nan from itself, unlike `==`
