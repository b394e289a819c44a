# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""A name as numpy 1.18 pickled it: the module has had another name since 1.19."""

from pathlib import Path

# protocol 2: a function that is named, in a dictionary as a script would store it
Path("model.pkl").write_bytes(
    b"\x80\x02}U\x08functioncnumpy.random._bit_generator\n__pyx_unpickle_SeedSequence\ns."
)
