"""Opening the dashboard, on a practice of one's own or on the demo."""

from __future__ import annotations

import os
import webbrowser
from threading import Timer

from core.settings import read_settings


def serve_dashboard(*, demo: bool, port: int, browser: bool) -> None:
    """Serve the dashboard on this computer until stopped."""
    os.environ["TIEOUT_REDIRECT_URI"] = f"http://127.0.0.1:{port}/oauth/callback"
    if demo:
        os.environ["TIEOUT_DEMO"] = "1"
        os.environ["TIEOUT_DATA_DIR"] = str(read_settings().data_dir / "demo")
    # Imported here: it brings the whole web server, which no other command needs.
    import dashboard

    if browser:
        Timer(2.0, webbrowser.open, [f"http://127.0.0.1:{port}"]).start()
    dashboard.serve(port)
