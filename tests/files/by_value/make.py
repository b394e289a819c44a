"""Make the pickles of cloudpickle and dill, and what they hold: run with each Python in turn.

pip install cloudpickle==1.6.0 dill==0.3.3    # Python 3.8
pip install cloudpickle==2.2.1 dill==0.3.6    # 3.10
pip install cloudpickle==3.1.3 dill==0.4.1    # 3.11, 3.12, 3.13

python make.py
"""

import collections
import json
import os
import sys

import cloudpickle
import dill

HERE = os.path.dirname(os.path.abspath(__file__))
OFFSET = 7


def prepare(text, k=2):
    return [len(text) + OFFSET, k]


class Model:
    def __init__(self):
        self.scale = 3

    def predict(self, rows):
        return collections.Counter(json.dumps(row) for row in rows)


def main():
    dill.settings["recurse"] = True
    held = {"prepare": prepare, "model": Model(), "last": lambda x: x + OFFSET}
    python = ".".join(map(str, sys.version_info[:2]))
    for module in (cloudpickle, dill):
        name = f"{module.__name__}-{module.__version__}_py{python}.pkl"
        with open(os.path.join(HERE, name), "wb") as file:
            file.write(module.dumps(held, protocol=2 if python == "3.12" else 4))
        with open(os.path.join(HERE, name), "rb") as file:
            back = module.load(file)
        assert back["prepare"]("abc") == [10, 2]
        assert back["last"](1) == 8


if __name__ == "__main__":
    main()
