"""A process that answers what functions make of an input, as they are or as they were captured.

`answering.py KINDS.py OUT` captures each function that `kinds()` of KINDS.py gives to a folder of
OUT, and answers with the functions; `answering.py OUT` answers with what was captured. What is
asked and answered are pickles on the standard streams.
"""

import importlib.util
import os
import pickle
import sys
import warnings
from pathlib import Path


def own(path, out):
    """Capture each function of a file; return them."""
    from loadstone.inputs.capture import capture

    spec = importlib.util.spec_from_file_location("kinds", path)
    module = sys.modules["kinds"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = module.kinds()
    for name, function in functions.items():
        found = capture({"prepare": function})
        assert not found.problems, (name, found.problems)
        for part, data in found.files.items():
            place = Path(out, name, part)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return functions


def captured(out):
    """Return the functions that were captured."""
    from runtime.code import load

    return {place.name: load(str(place))["prepare"] for place in Path(out).iterdir()}


def plain(value):
    """Return a tensor as its kind and an array, another value as it is."""
    tensor = callable(getattr(value, "numpy", None))
    return (type(value).__name__, value.numpy()) if tensor else value


def main(given):
    """Answer until nothing is asked any more."""
    warnings.simplefilter("ignore")
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    functions = own(*given) if len(given) == 2 else captured(*given)
    while True:
        pickle.dump(sorted(functions), answers, 4)
        answers.flush()
        try:
            name, item = pickle.load(asked)
        except EOFError:
            return
        try:
            answer = plain(functions[name](item))
        except Exception as error:  # noqa: BLE001 - the other has to raise the same
            answer = "raised", type(error).__name__
        pickle.dump(answer, answers, 4)


if __name__ == "__main__":
    main(sys.argv[1:])
