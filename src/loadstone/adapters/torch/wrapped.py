"""What `torch.compile` and the parallel wrappers put around a module: the module inside predicts.

https://docs.pytorch.org/docs/stable/generated/torch.compile.html
"""

from __future__ import annotations

from typing import Any

_COMPILED = {"OptimizedModule": "_orig_mod"}
_WRAPPERS = {**_COMPILED, "DataParallel": "module", "DistributedDataParallel": "module"}


def unwrapped(model: Any) -> Any:
    """Return the module inside all wrappers."""
    return _inside(model, _WRAPPERS)


def plain(module: Any) -> Any:
    """Return the module that `torch.compile` was given, or the module itself."""
    return _inside(module, _COMPILED)


def decompile(model: Any) -> None:
    """Put the plain modules in the place of those below `model` that `torch.compile` made."""
    for module in list(model.modules()):
        children = module._modules  # noqa: SLF001 - there is no public view that may be written
        children.update({name: plain(child) for name, child in children.items()})


def _inside(model: Any, wrappers: dict[str, str]) -> Any:
    while type(model).__name__ in wrappers and type(model).__module__.startswith("torch."):
        inner = getattr(model, wrappers[type(model).__name__], None)
        if inner is None:
            break
        model = inner
    return model
