"""Links between the two sides: what is proposed, what was decided, and what a decision means today.

A proposal comes from matching, a decision from a person or a rule. A link is the current decision of a local record,
read against XPM as it is now: it breaks visibly when its XPM record is archived, deleted or gone.
"""

from core.mapping.accept import choose_band, choose_certain, narrow_rows
from core.mapping.links import resolve_links
from core.mapping.propose import list_sides, propose_links, propose_links_again
from core.mapping.review import review_rows
from core.mapping.tasks import propose_tasks

__all__ = [
    "choose_band",
    "choose_certain",
    "list_sides",
    "narrow_rows",
    "propose_links",
    "propose_links_again",
    "propose_tasks",
    "resolve_links",
    "review_rows",
]
