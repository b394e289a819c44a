# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.5.2", "skl2onnx==1.17.0", "onnx==1.16.2", "onnxruntime==1.17.3"]
# ///
"""Two pipelines whose column has a large and a small offset, exported as skl2onnx does by default.

python offsets.py OUT     91 and 0 of 200 labels are others than scikit-learn's
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

for name, offset in (("large", 1.7e9), ("small", 1.7e3)):
    rows = (np.arange(200.0) + offset)[:, None]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e3))
    model.fit(rows, (np.arange(200) > 100).astype(int))
    path = Path(sys.argv[1]) / f"offset_{name}.onnx"
    single = rows.astype("float32")
    path.write_bytes(to_onnx(model, single[:1], target_opset=15).SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    labels = session.run(None, {"X": single})[0]
    print(name, (labels != model.predict(rows)).sum(), "of 200 labels are others")
