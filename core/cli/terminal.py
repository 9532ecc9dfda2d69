"""What every command shares: one voice on the terminal, one document with --json, and no traceback ever."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from core.model import TieoutError
from core.settings import read_settings

DONE, PERSON, USAGE, OUTSIDE = 0, 1, 2, 3

PracticeOption = Annotated[str, typer.Option("--practice", help="Which practice, when there are several.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


class CannotWrite(TieoutError):
    """A file that a command was asked for cannot be written."""

    exit_code = OUTSIDE

    def __init__(self, path: Path, error: OSError) -> None:
        why = error.strerror or type(error).__name__
        super().__init__(f"{path} cannot be written: {why.lower()}. Name a file in a folder that exists.")


class DateWrong(TieoutError):
    """A date that was typed otherwise than year-month-day."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no date. Write it as year-month-day, for example 2026-11-30.")


def read_day(text: str) -> date:
    """A date as the command line takes it. Raises DateWrong."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DateWrong(text) from error


FromOption = Annotated[date | None, typer.Option("--from", parser=read_day, metavar="DATE", help="First work date.")]
ToOption = Annotated[date | None, typer.Option("--to", parser=read_day, metavar="DATE", help="Last work date.")]

#: What a command opened, closed when it ends however it ends.
opened = ExitStack()


def say(text: str = "") -> None:
    """A line for a person, on standard output."""
    typer.echo(text)


def warn(text: str) -> None:
    """A line for a person, on standard error."""
    typer.echo(text, err=True)


def print_json(document: dict[str, Any]) -> None:
    """The one document of a command run with --json."""
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))


def leave(code: int, why: str = "") -> NoReturn:
    """End the command with this exit code; the reason goes to standard error."""
    if why:
        warn(why)
    raise typer.Exit(code)


def run_guarded(command: Callable[[], Any]) -> int:
    """The exit code of a command, with every failure turned into a sentence."""
    try:
        with opened:
            result = command()
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        return USAGE
    except typer.TyperException as error:
        warn(_say_usage(error))
        return USAGE
    except TieoutError as error:
        warn(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        warn("Stopped. What was under way goes on at the next start; nothing is sent twice.")
        return PERSON
    except Exception as error:
        # The last resort of the whole program: the details go to a file, a sentence to the person.
        warn(f"Something went wrong inside Tieout ({type(error).__name__}). {_write_log(error)}")
        return OUTSIDE
    return result if isinstance(result, int) else DONE


class CannotRead(TieoutError):
    """A file that a command was given cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        why = error.strerror or type(error).__name__
        super().__init__(f"{path} cannot be read: {why.lower()}. Name a file that exists.")


def read_file(path: Path) -> bytes:
    """The bytes of a file that a command was given. Raises CannotRead."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRead(path, error) from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file that a command was asked for. Raises CannotWrite."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CannotWrite(path, error) from error


def _write_log(error: Exception) -> str:
    """Where the details are, as a sentence; a folder that cannot be written to must not hide the sentence before."""
    try:
        path = read_settings().data_dir / "tieout.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except (OSError, TieoutError):
        return f"The details could not be written to the data folder: {error}."
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tieout")
    logger.addHandler(handler)
    logger.error("the command %s failed", " ".join(sys.argv[:2]), exc_info=error)
    handler.close()
    logger.removeHandler(handler)
    return f"The details are in {path}."


def _say_usage(error: typer.TyperException) -> str:
    """What is wrong with the words of a command, and where its own help is."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        # Its words are the help itself, which was printed where it was asked for.
        return "A command is missing: name one of those above."
    return f"{error.format_message().rstrip('.')}. `{_name_command(context)} --help` lists what there is."


def _name_command(context: Any) -> str:
    """`tieout report unsynced`, however the program itself was started."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(["tieout", *names])
