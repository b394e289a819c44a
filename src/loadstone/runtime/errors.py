"""What an exception says, in one line that ends with a whole word."""


def describe(error: BaseException, most: int = 400) -> str:
    """Return an exception's class and message as one line of about `most` characters."""
    name, text = type(error).__name__, in_a_line(str(error), most)
    return "{}: {}".format(name, text) if text else name


def in_a_line(text: str, most: int = 400) -> str:
    """Return a text as one line, cut after a word where it is longer than `most` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[:most].rpartition(" ")[0] or line[:most]
    return kept.rstrip(",;:") + " …"
