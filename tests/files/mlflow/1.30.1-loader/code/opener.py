import json


class Scale:
    def __init__(self, by):
        self.by = by

    def predict(self, frame):
        return frame * self.by


def _load_pyfunc(path):
    return Scale(json.load(open(path))["by"])
