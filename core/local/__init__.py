"""The local side: a practice's own files or database become frames by contract.

Everything is read as text and then converted by the format a person declared for its column; nothing is guessed per
value. A row that cannot be read is a value with its line and reason; a file that cannot be trusted is refused whole,
so that the last good load stays.
"""

from core.local.columns import ColumnProposal, ColumnsRefused, propose_columns, sign_headers
from core.local.config import ConfigWrong, SourceConfig, TableConfig
from core.local.guard import LocalShrunk, check_shrink
from core.local.load import LocalLoad, load_source
from core.local.peek import Peek, peek_source
from core.local.presets import PRESETS, configure_preset
from core.local.table import FileAsks, FileRefused, NoRows

__all__ = [
    "PRESETS",
    "ColumnProposal",
    "ColumnsRefused",
    "ConfigWrong",
    "FileAsks",
    "FileRefused",
    "LocalLoad",
    "LocalShrunk",
    "NoRows",
    "Peek",
    "SourceConfig",
    "TableConfig",
    "check_shrink",
    "configure_preset",
    "load_source",
    "peek_source",
    "propose_columns",
    "sign_headers",
]
