"""Bytes in, facts out: what an artifact is, read without running it and without its framework.

`read` looks at headers, directories, indexes and pickle streams; `verify` reads every byte;
`tensor_bytes` gives the packed bytes of one tensor, `streamed` tells where they lie as they are,
`unwrap` gives those of a file inside another,
`plain` what quantised tensors are made of,
`merged` the pieces of the tensors of a distributed checkpoint, `ranks` the parts of those of ZeRO,
`splits` those of Megatron.
"""

from __future__ import annotations

from loadstone.readers._bytes import Stretch, streamed, tensor_bytes
from loadstone.readers._identify import read
from loadstone.readers._inside import Changed, NotWhole, unwrap
from loadstone.readers._later import later
from loadstone.readers._source import Unreadable
from loadstone.readers._suffixes import SUFFIXES
from loadstone.readers._verify import verify

__all__ = [
    "SUFFIXES",
    "Changed",
    "NotWhole",
    "Stretch",
    "Unreadable",
    "merged",
    "piece_bytes",
    "plain",
    "ranks",
    "read",
    "splits",
    "streamed",
    "tensor_bytes",
    "unwrap",
    "verify",
]

merged = later("dcp", "merged")
plain = later("_quantised", "plain")
ranks = later("deepspeed", "ranks")
splits = later("training", "splits")
piece_bytes = later("_pieces", "piece_bytes")
