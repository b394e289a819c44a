# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""A function of numpy that is where it was."""

from pathlib import Path

# protocol 2: a function that is named, in a dictionary as a script would store it
Path("model.pkl").write_bytes(
    b"\x80\x02}U\x08functioncnumpy.random._pickle\n__randomstate_ctor\ns."
)
