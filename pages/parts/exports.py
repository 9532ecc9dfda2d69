"""Every table leaves the house as CSV or XLSX, safe to open in a spreadsheet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.reports import to_csv, to_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer_export(name: str, frame: pd.DataFrame) -> None:
    """Two small buttons; the file is made when one is clicked. name: file name without ending, also the key."""
    st.download_button(
        "CSV",
        lambda: to_csv(frame),
        f"{name}.csv",
        "text/csv",
        key=f"csv {name}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        disabled=frame.empty,
    )
    st.download_button(
        "XLSX",
        lambda: to_xlsx({name: frame}),
        f"{name}.xlsx",
        _XLSX,
        key=f"xlsx {name}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        disabled=frame.empty,
    )
