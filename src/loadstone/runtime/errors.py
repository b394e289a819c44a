"""What an exception says, in one line that ends with a whole word."""

import re

# a reason of TensorFlow's, which stands behind a trace
_IN_GRAPH = re.compile(r"\n([^\n]+)\n[ \t]*\[\[\{\{node ")


def describe(error: BaseException, most: int = 400) -> str:
    """Return an exception's class and message as one line of about `most` characters."""
    in_graph = _IN_GRAPH.search(str(error))
    text = in_a_line(in_graph.group(1) if in_graph else str(error), most)
    name = type(error).__name__
    return "{}: {}".format(name, text) if text else name


def in_a_line(text: str, most: int = 400) -> str:
    """Return a text as one line, cut after a word where it is longer than `most` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[:most].rpartition(" ")[0] or line[:most]
    return kept.rstrip(",;:") + " …"
