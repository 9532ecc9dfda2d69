"""`python -m core.sandbox`: the sandbox on a loopback port until it is stopped."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from core.sandbox.seed import SIZES
from core.sandbox.serve import ServeOptions, serve


def parse_options(arguments: list[str]) -> ServeOptions:
    """The options of a command line; argparse ends the process with 2 and a sentence when it cannot read them."""
    parser = argparse.ArgumentParser(prog="python -m core.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--size", choices=list(SIZES), default="small", help="how big the made-up practice is")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other names, ids and faults")
    parser.add_argument("--faults", type=Path, help="JSON file of rules that disturb calls")
    parser.add_argument("--limits", choices=("on", "off"), default="on", help="calls per minute, day and at once")
    parser.add_argument("--data", type=Path, help="JSON file of a practice to serve instead of a made-up one")
    parser.add_argument("--latency-ms", type=int, default=0, help="added to every call")
    parser.add_argument("--json", dest="as_json", action="store_true", help="print one line of JSON, then serve")
    parser.add_argument("--clock", type=read_moment, help="ISO time at which the sandbox's clock starts")
    parser.add_argument("--freeze", action="store_true", help="let the clock stand until the control path moves it")
    parsed = vars(parser.parse_args(arguments))
    return ServeOptions(**{**parsed, "limits": parsed["limits"] == "on"})


def read_moment(text: str) -> datetime:
    """An ISO time; one without a zone is UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def main(arguments: list[str] | None = None) -> int:
    """Serve; 0 when stopped by a signal, 2 when the options or their files cannot be used."""
    try:
        serve(parse_options(sys.argv[1:] if arguments is None else arguments))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The sandbox cannot start. {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
