"""The special tokens that a `tokenizer.json` puts before and after a text, and what names them.

https://huggingface.co/docs/tokenizers/api/post-processors
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from loadstone.readers._plain import clean, mapping, sequence

# As BERT's and RoBERTa's families call them. Others begin texts with their language, or what is
# asked for, and no setting names that.
_BEFORE: Final = ("[CLS]", "<s>")
_AFTER: Final = ("[SEP]", "</s>")
_ROLES: Final = (("cls_token", "bos_token"), ("sep_token", "eos_token"))
_MOST: Final = 50  # of a sequence


def of(value: Any) -> tuple[str, str]:
    """Return the tokens of a post-processor, before and after one text; empty where unknown."""
    for item in _each(value):
        if item.get("type") in ("BertProcessing", "RobertaProcessing"):
            cls, sep = (sequence(item.get(name))[:1] for name in ("cls", "sep"))
            return _known(cls, _BEFORE), _known(sep, _AFTER)
        if item.get("type") == "TemplateProcessing":
            single = sequence(item.get("single"))
            ends = single[:1], single[-1:]
            first, last = (
                [mapping(mapping(part).get("SpecialToken")).get("id") for part in end]
                for end in ends
            )
            return _known(first, _BEFORE), _known(last, _AFTER)
    return "", ""


def apart(frame: tuple[str, str], settings: Mapping[str, Any]) -> str | None:
    """Return the tokens that the settings name otherwise: `[CLS], cls_token is [MASK]`."""
    found = []
    for token, roles in zip(frame, _ROLES, strict=True):
        named = {role: _content(settings.get(role)) for role in roles}
        named = {role: name for role, name in named.items() if name}
        if token and named and token not in named.values():
            told = " and ".join(f"{role} is {clean(name, 40)}" for role, name in named.items())
            found.append(f"{token}, {told}")
    return "; ".join(found) or None


def _each(value: Any) -> Iterator[Mapping[str, Any]]:
    held = mapping(value)
    yield held
    for item in sequence(held.get("processors"))[:_MOST]:
        yield mapping(item)


def _known(found: list[Any], names: tuple[str, ...]) -> str:
    return found[0] if found and found[0] in names else ""


def _content(value: Any) -> str:
    value = mapping(value).get("content") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""
