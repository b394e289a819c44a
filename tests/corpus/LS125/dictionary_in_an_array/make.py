# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""`numpy.save(path, {"weight": …})`: a dictionary, pickled inside an array of objects."""

import numpy as np

np.save("model.npy", {"weight": np.zeros((2, 3), np.float32)}, allow_pickle=True)
