"""Documents: packs of a client's files, handed over by download or by mail, and the job that comes with them."""

import streamlit as st

from core.model import TieoutError
from pages.parts.doorway import workspace
from pages.parts.first_steps import show_first_steps
from pages.parts.messages import show_error
from pages.parts.packs.files import show_files
from pages.parts.packs.handing import show_handing
from pages.parts.packs.job import show_job
from pages.parts.packs.list import show_list
from pages.parts.packs.state import OPEN, restore
from pages.parts.packs.view import show_head, show_history

st.title("Documents")
if not show_first_steps(workspace(), "local"):
    st.stop()
try:
    pack_id = st.query_params.get(OPEN, "")
    opened = restore(pack_id) if pack_id else None
except TieoutError as error:
    show_error(error)
    opened = None
if opened is None:
    show_list()
    st.stop()
show_head(opened)
show_files(opened)
show_job(opened)
show_handing(opened)
show_history(opened)
