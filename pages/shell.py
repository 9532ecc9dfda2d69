"""The script that is served: page set-up, navigation, the sidebar, messages, and the chosen page inside the guard."""

from pathlib import Path

import streamlit as st

from pages.parts.doorway import look_again, workspace
from pages.parts.messages import guard, show_messages
from pages.parts.places import Place, list_places
from pages.parts.run.settling import settle
from pages.parts.sidebar import show_sidebar

LOOK = Path(__file__).resolve().parent / "look"


def offer_pages(places: list[Place]) -> dict[str, list[st.Page]]:
    """The pages by section, in their order."""
    sections: dict[str, list[st.Page]] = {}
    for place in places:
        page = st.Page(place.file, title=place.title, icon=place.icon, url_path=place.name, default=place is places[0])
        sections.setdefault(place.section, []).append(page)
    return sections


st.set_page_config("Tieout", str(LOOK / "favicon.png"), layout="wide")
opened = has_practice = False
has_time = True
with guard():
    has_practice = look_again()
    has_time = not has_practice or workspace().practice.settings.actual_time
    opened = True
if not opened:
    st.stop()
page = st.navigation(
    offer_pages(list_places(only="" if has_practice else "connection", has_time=has_time)), expanded=True
)
st.logo(str(LOOK / "logo.svg"), icon_image=str(LOOK / "favicon.png"), size="large")
if has_practice:
    with guard():
        show_sidebar()
show_messages()
try:
    with guard():
        page.run()
finally:
    settle(page.title)
