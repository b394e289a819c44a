# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of Keras, cloned without git-LFS."""

from pathlib import Path

Path("model.h5").write_text(
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    "size 44700000\n"
)
