"""The program `tieout`: without a verb it opens the dashboard."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from core.cli import connecting, dashboard, data, doctor, jobs, matching, push, reports, runs, safety, service, tie_out
from core.cli.terminal import run_guarded

app = typer.Typer(
    help="Ties an accounting practice's own work records out with Xero Practice Manager.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def open_dashboard(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="On the demo practice, with the sandbox running.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port of the dashboard on this computer.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser window.")] = True,
) -> None:
    """Open the dashboard, or run one of the commands below."""
    if context.invoked_subcommand is None:
        dashboard.serve_dashboard(demo=demo, port=port, browser=browser)


for module in (connecting, data, doctor, matching, push, runs, tie_out, jobs, reports, service, safety):
    module.register(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 a person is needed, 2 usage, 3 outside failed."""
    sys.exit(run_guarded(lambda: app(arguments, standalone_mode=False)))
