# /// script
# requires-python = "==3.11.*"
# dependencies = ["jpmml-evaluator==0.16.0"]
# ///
"""What JPMML's evaluator reports of each file here after loading it; it needs a Java."""

import json
from pathlib import Path

from jpmml_evaluator import make_evaluator

HERE = Path(__file__).resolve().parent


def field(item):
    return [item.name, item.dataType, item.opType]


def main():
    told = {}
    for path in sorted(HERE.glob("*.pmml")):
        evaluator = make_evaluator(str(path)).verify()
        told[path.name] = {
            "inputs": [field(item) for item in evaluator.getInputFields()],
            "targets": [field(item) for item in evaluator.getTargetFields()],
            "outputs": [field(item) for item in evaluator.getOutputFields()],
        }
    (HERE / "truth.json").write_text(json.dumps(told, indent=1) + "\n")


main()
