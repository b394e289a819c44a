"""Arguments, exit codes and the last line of defence; the commands are modules of their own."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from loadstone.cli.exits import FAILED, INTERRUPTED
from loadstone.cli.width import columns
from loadstone.errors import UsageError

COMMANDS: Final = {
    "inspect": "what a file is: format, tensors, the code it needs; no framework, nothing run",
    "check": "whether a model loads and predicts the same, and the fix where it does not",
    "scaffold": "a Python module whose class accepts a state dict that came without its code",
    "explain": "the page of a check; `-` reads a traceback and names the cause",
    "save": "an existing file becomes a bundle: model, preprocessing, code, witnesses",
    "predict": "predictions of a bundle or a file",
    "matrix": "which versions of its libraries load a model, and which predict the same",
    "env": "the environment that a model was made in: show, lock, build, run, prune",
}


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, **settings: Any) -> None:
        super().__init__(prog, **{"width": columns(80) - 2, **settings})


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and that never guesses at a flag."""

    def __init__(self, **settings: object) -> None:
        super().__init__(
            allow_abbrev=False,
            formatter_class=_Formatter,
            **settings,  # type: ignore[arg-type]
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage: `main` prints the line."""
        raise UsageError(f"{message}; see `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:  # noqa: PLR0911 - one return an outcome
    """Run one command and return its exit code: 0, 1, 2, or 130 when interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse: --help and --version
        return stop.code if isinstance(stop.code, int) else FAILED
    except UsageError as error:
        return _fail(str(error))
    except BrokenPipeError:
        return _broken_pipe()
    except OSError as error:
        from loadstone.cli.failures import describe

        return _fail(describe(error))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence reports any defect
        return _internal(error, arguments)
    return code


def _run(arguments: list[str]) -> int:
    parser, commands = _parsers()
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        parser.parse_args(arguments)  # --help, --version, or a mistake
        parser.print_help()
        return FAILED
    module = importlib.import_module(f"loadstone.cli.{name}")
    module.configure(commands[name])
    # options may stand between the positional arguments: `predict FILE --into net:Net TEXT`
    given = commands[name].parse_intermixed_args(arguments[1:])
    result: int = module.run(given)
    return result


def help_of(name: str = "") -> str:
    """Return what `loadstone NAME --help` prints."""
    parser, commands = _parsers()
    if not name:
        return parser.format_help()
    importlib.import_module(f"loadstone.cli.{name}").configure(commands[name])
    return commands[name].format_help()


def _parsers() -> tuple[Parser, dict[str, Parser]]:
    parser = Parser(
        prog="loadstone",
        description=(
            "A saved model loads, and predicts what it predicted when it was saved.\n"
            "Or Loadstone says exactly why not, fixes what can be fixed, and proves the fix."
        ),
        epilog="`loadstone COMMAND --help` tells more about a command.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    group = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=Parser
    )
    commands = {}
    for name, summary in COMMANDS.items():
        command = group.add_parser(name, help=summary, description=f"{_sentence(summary)}.")
        commands[name] = command
    return parser, commands


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:]


class _Version(argparse.Action):
    """Print the version; the metadata is read only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"loadstone {version('loadstone')}\n")
        parser.exit()


def _fail(message: str) -> int:
    from loadstone.cli.failures import fail

    return fail(message)


def _broken_pipe() -> int:
    """Leave quietly: the reader of the pipe, `head` for one, has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _internal(error: Exception, arguments: list[str]) -> int:
    import shlex
    import traceback

    if os.environ.get("LOADSTONE_TRACEBACK"):
        traceback.print_exception(error)
    command = shlex.join(["loadstone", *arguments])
    _fail(f"internal error: {type(error).__name__}: {error}")
    sys.stderr.write(
        f"This is a defect of Loadstone. Run `LOADSTONE_TRACEBACK=1 {command}` and open an issue "
        "with what it prints; `loadstone check FILE --save-facts facts.json` writes what was read, "
        "without weights.\n"
    )
    return FAILED
