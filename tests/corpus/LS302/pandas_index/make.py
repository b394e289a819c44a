# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A dictionary with an index of pandas 2.2.3, where there is no pandas."""

import base64
from pathlib import Path

FILE = (
    "gASVEAEAAAAAAAB9lCiMB2NvbHVtbnOUjBhwYW5kYXMuY29yZS5pbmRleGVzLmJhc2WUjApfbmV3X0luZGV4lJOU"
    "aAKMBUluZGV4lJOUfZQojARkYXRhlIwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVu"
    "dW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAoWUaAyMBWR0eXBllJOUjAJPOJSJiIeUUpQoSwOMAXyU"
    "Tk5OSv////9K/////0s/dJRiiV2UKIwDYWdllIwGaW5jb21llGV0lGKMBG5hbWWUTnWGlFKUjARtZWFulF2UKEc/"
    "8AAAAAAAAEdAAAAAAAAAAGV1Lg=="
)

Path("model.pkl").write_bytes(base64.b64decode(FILE))
