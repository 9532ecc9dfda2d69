"""What a practice reads: the tie-out, unsynced time, and tables that leave the house as CSV or XLSX."""

from core.reports.export import to_csv, to_xlsx
from core.reports.tieout import DoesNotTie, TieOut, show_hours, tie_out
from core.reports.unsynced import age_unsynced, count_by, list_unsynced

__all__ = [
    "DoesNotTie",
    "TieOut",
    "age_unsynced",
    "count_by",
    "list_unsynced",
    "show_hours",
    "tie_out",
    "to_csv",
    "to_xlsx",
]
