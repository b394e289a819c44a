# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "joblib"]
# ///
"""What joblib 0.9.4 wrote: a pickle and a file for each array, of which one was not copied."""

import base64
from pathlib import Path

import numpy as np

# joblib.dump({"weights": np.arange(4.0), "bias": np.ones(2)}, "model.pkl"), joblib 0.9.4
PICKLE = (
    "gAN9cQAoWAcAAAB3ZWlnaHRzcQFjam9ibGliLm51bXB5X3BpY2tsZQpOREFycmF5V3JhcHBlcgpxAimBcQN9cQQoWAgA"
    "AABmaWxlbmFtZXEFWBAAAABtb2RlbC5wa2xfMDEubnB5cQZYCAAAAHN1YmNsYXNzcQdjbnVtcHkKbmRhcnJheQpxCFgK"
    "AAAAYWxsb3dfbW1hcHEJiHViWAQAAABiaWFzcQpoAimBcQt9cQwoaAVYEAAAAG1vZGVsLnBrbF8wMi5ucHlxDWgHaAho"
    "CYh1YnUu"
)

Path("model.pkl").write_bytes(base64.b64decode(PICKLE))
np.save("model.pkl_02.npy", np.ones(2))
