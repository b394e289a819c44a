"""Which types of model the transformers that is installed has, read from its source.

https://huggingface.co/docs/transformers/model_doc/auto. Its table of types is a list of pairs, in
one of two files by release; nothing of it is imported.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Final

from loadstone.core.facts import ModelType
from loadstone.environment import here

_TABLES: Final = ("auto_mappings.py", "configuration_auto.py")


def known(name: str) -> ModelType | None:
    """Return whether the type `name` is in the table; None where there is no table to look in."""
    text = _tables()
    installed = here.version("transformers")
    if not name or not text or installed is None:
        return None
    entry = rf"""(?<=[(\[{{,\s])(["']){re.escape(name)}\1\s*[,:]"""
    return ModelType(name, installed, re.search(entry, text) is not None)


def _tables() -> str:
    """Return the source of the files that name the types; "" where they are not as expected."""
    spec = importlib.util.find_spec("transformers")
    folder = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    try:
        held = [folder / "models" / "auto" / name for name in _TABLES]
        text = "\n".join(path.read_text("utf-8") for path in held if path.is_file())
    except (OSError, ValueError):
        return ""
    return text if "CONFIG_MAPPING_NAMES" in text and '"bert"' in text else ""
