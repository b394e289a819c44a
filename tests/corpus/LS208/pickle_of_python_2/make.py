# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A dictionary that Python 2.7 pickled: its strings are bytes of UTF-8."""

import base64
from pathlib import Path

FILE = (
    "gAJ9cQAoVQdjbGFzc2VzcQFdcQIoVQVjYWbDqXEDVQR0aMOpcQRlVQd3ZWlnaHRzcQVdcQYoRz/gAAAAAAAARz/4AAAA"
    "AAAAZXUu"
)

Path("model.pkl").write_bytes(base64.b64decode(FILE))
