# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A file that h5py wrote, named as one of joblib."""

import base64
import zlib
from pathlib import Path

FILE = (
    "eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KXoii8mHyCVCaEUp3QOkVTDBxZrCcBFRcAGq+AjOEnwEVDwlydQWp/o8G"
    "YPYsEIHQHAyjYCQCD1fHABAdAU9HEHCCCVVdOVp69KDQXkGoTejpmgdqMiMDH4MIMFVmpxYlFseXpRYVZ+bnAcUl"
    "GRnBOgXgbuFAcRcryExmhFvdnf19GJE8hqwOBIz0LPQMkNx1g380TYyCUTAKRsEoGAWjYBSMglEwCkbBKBgFQw0w"
    "Anv6jEgdf0boiBkjI0QANswBo5mB8iAZQQV5BhawiAKDOAeDeD183IADLM/ExAQ2gANqHjPjDBwjaR2DLEQa7EE4"
    "2M/fhRHoE5hrO4RH0wo5AAB48Dtl"
)

Path("model.joblib").write_bytes(zlib.decompress(base64.b64decode(FILE)))
