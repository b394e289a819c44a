"""Indexes of neighbours in a pickle, which the C++ of their library parses, and nothing here does.

`Index.__setstate__` of faiss hands bytes to `deserialize_index`; that of hnswlib copies arrays to
where its own numbers say. What such bytes lead the code to is not followed, so it is not known.
"""

from .pickle_values import Disagreement, Global, Stream

__all__ = ["ROWS", "follow"]

_FAISS = tuple("faiss.swigfaiss" + part for part in ("", "_avx2", "_avx512", "_avx512_spr", "_sve"))
_HNSWLIB = ("hnswlib", "hnswlib.hnswlib")
_WHOSE = {**dict.fromkeys(_FAISS, "faiss"), **dict.fromkeys(_HNSWLIB, "hnswlib")}
_INDEXES = (
    "IndexFlat IndexFlatL2 IndexFlatIP IndexFlatCodes IndexIVF IndexIVFFlat IndexIVFPQ IndexIVFPQR "
    "IndexPQ IndexLSH IndexHNSW IndexHNSWFlat IndexHNSWPQ IndexHNSWSQ IndexNSGFlat IndexIDMap "
    "IndexIDMap2 IndexPreTransform IndexRefine IndexRefineFlat IndexScalarQuantizer "
    "IndexIVFScalarQuantizer IndexIVFFlatDedup IndexIVFFastScan IndexPQFastScan IndexIVFPQFastScan "
    "IndexBinaryFlat IndexBinaryIVF IndexBinaryHNSW IndexBinaryIDMap"
)
# their C++ parses what they are filled with, which `pickle_native` tells
ROWS = (
    *((module, _INDEXES, "new build") for module in _FAISS),
    *((module, "Index BFIndex", "new build") for module in _HNSWLIB),
)


def follow(stream: Stream) -> None:
    """Note of each index that its library's C++ parses what it is filled with."""
    told = set()
    for call in stream.calls:
        func = call.func
        whose = _WHOSE.get(func.module) if isinstance(func, Global) else None
        if whose and call.states and whose not in told:
            told.add(whose)
            text = f"the C++ of {whose} parses the index inside"
            stream.disagreements.append(Disagreement("native", call.at, text))
