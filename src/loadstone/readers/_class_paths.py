"""Files beside a model in which libraries name classes by their paths, and make them.

SpeechBrain makes and calls what tags of `hyperparams.yaml` name, NeMo the `target` of
`model_config.yaml`, AllenNLP each `type` with a dot in `config.json`.
https://github.com/speechbrain/HyperPyYAML, https://github.com/NVIDIA/NeMo
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from loadstone.readers._outside import Outside
from loadstone.readers._plain import clean
from loadstone.readers._records import FolderRecords

__all__ = ["named", "tagged"]

_CLASSES = {
    "NeMo": {"model_config.yaml", "model_weights.ckpt"},
    "AllenNLP": {"config.json", "weights.th"},
}
_TAG = re.compile(rb"!(?:new|apply|name|module|pyobj):([\w.]{1,200})")
_OWN = ("speechbrain.", "torch.nn.", "torch.optim.")
_TAGGED = "hyperparams.yaml"


def named(names: Iterable[str]) -> Iterator[Outside]:
    """Yield what a library imports where its files are among these names."""
    held = {name.removeprefix("./").rpartition("/")[2] for name in names}
    for library, needed in _CLASSES.items():
        if needed <= held:
            yield Outside(f"the classes that {library} imports by their names", runs=False)


def tagged(records: FolderRecords) -> Iterator[Outside]:
    """Yield what the tags of SpeechBrain's file name that is not its own or torch's."""
    if _TAGGED in records:
        for path in dict.fromkeys(_TAG.findall(records.read(_TAGGED))):
            name = clean(path.decode("ascii", "replace"), 200)
            own = name.startswith(_OWN)
            yield Outside(name, runs=not own)
