"""`loadstone explain`: the page of a check, or the causes that a pasted traceback may have."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from loadstone.cli.exits import CLEAN, FOUND
from loadstone.cli.terminal import view_of, write
from loadstone.errors import UsageError

_TAIL = 4 << 20  # bytes of a file that are read: the error stands at its end


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "topic",
        metavar="CODE|NAME|TEXT|FILE|-",
        help="a code (LS402), a name (wrapper-prefix), the start of a code (LS4); "
        "the text of an error in quotes, a file that holds a traceback, "
        "or - to read one from standard input",
    )


def run(given: argparse.Namespace) -> int:
    """Print the page, the list of pages, or the candidates."""
    topic: str = given.topic
    if topic == "-":
        return _traceback(
            sys.stdin.read(),
            "standard input is empty; paste the traceback, then end it with Ctrl-D",
        )
    if topic.strip() and (len(topic.split()) > 1 or "Error" in topic):  # no code or name has that
        return _traceback(topic, "")
    file = Path(topic)
    if "\0" not in topic and file.is_file():
        return _traceback(_read(file), f"`{topic}` is empty")
    if "\0" not in topic and file.is_dir():
        raise UsageError(f"`{topic}` is a folder; `loadstone check {topic}` reads a model")
    from loadstone.explaining import page_of

    write(page_of(topic, view_of(sys.stdout)))
    return CLEAN


def _read(file: Path) -> str:
    """Return the end of a text; raises `UsageError` where it is none."""
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - _TAIL))
            data = opened.read()
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}") from error
    if b"\0" in data:
        raise UsageError(f"`{file}` is no text; `loadstone check {file}` reads a model")
    return data.decode("utf-8", "replace")


def _traceback(text: str, empty: str) -> int:
    from loadstone.explaining import named
    from loadstone.render import causes

    if not text.strip():
        raise UsageError(empty)
    found = named(text)
    write(causes.render(found, view_of(sys.stdout)))
    return CLEAN if found else FOUND
