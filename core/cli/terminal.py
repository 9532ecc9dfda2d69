"""What every command shares: one voice on the terminal, one document with --json, and no traceback ever."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from core.model import TieoutError
from core.settings import read_settings

DONE, PERSON, USAGE, OUTSIDE = 0, 1, 2, 3

PracticeOption = Annotated[str, typer.Option("--practice", help="Which practice, when there are several.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


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
        warn(f"{_say_usage(error)} `tieout --help` lists what there is.")
        return USAGE
    except TieoutError as error:
        warn(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        warn("Stopped. What was under way goes on at the next start; nothing is sent twice.")
        return PERSON
    except Exception as error:
        # The last resort of the whole program: the details go to a file, a sentence to the person.
        warn(f"Something went wrong inside Tieout ({type(error).__name__}). The details are in {_write_log(error)}.")
        return OUTSIDE
    return result if isinstance(result, int) else DONE


def _write_log(error: Exception) -> Path:
    path = read_settings().data_dir / "tieout.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tieout")
    logger.addHandler(handler)
    logger.error("the command %s failed", " ".join(sys.argv[:2]), exc_info=error)
    handler.close()
    logger.removeHandler(handler)
    return path


def _say_usage(error: typer.TyperException) -> str:
    words = getattr(error, "format_message", lambda: str(error))()
    return f"{words.rstrip('.')}."
