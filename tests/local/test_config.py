from __future__ import annotations

from typing import Any

import pytest

from core.local import ConfigWrong, SourceConfig

FOLDER = {
    "type": "folder",
    "path": "data/demo/local",
    "tables": {
        "clients": {"file": "clients.csv", "columns": {"id": "Client ID"}},
        "actual_times": {"file": "actual_times.csv", "date_order": "dmy", "unit": "h:mm"},
    },
}


def test_a_configuration_survives_its_dict() -> None:
    config = SourceConfig.from_dict(FOLDER)
    assert config.to_dict() == FOLDER
    assert SourceConfig.from_dict(config.to_dict()) == config


def test_queries_of_a_database_survive_their_dict() -> None:
    config = SourceConfig.from_dict({"type": "sql", "url": "sqlite:///a.db", "queries": {"staff": "select 1"}})
    assert config.tables["staff"].query == "select 1"
    assert SourceConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"type": "ftp", "path": "x"}, "'ftp' is not a choice. Valid: folder, sql"),
        ({"path": "x", "date_oder": "dmy"}, "'date_oder' is not known"),
        ({"path": "x", "tables": {"jobs": {}}}, "'jobs' is not known. Valid: clients, staff"),
        ({"path": "x", "tables": {"staff": {"columns": {"nme": "Name"}}}}, "'nme' is not known"),
        ({"path": "x", "tables": {"actual_times": {"unit": "days"}}}, "'days' is not a choice. Valid: minutes"),
        ({"path": "x", "tables": {"actual_times": {"statuses": {"ok": "fine"}}}}, "'fine' is not a choice"),
        ({"type": "sql"}, "needs its URL"),
        ({"type": "folder"}, "needs its path"),
        ({"type": "sql", "url": "sqlite:///a", "tables": {"staff": {}}}, "has no SELECT"),
    ],
)
def test_a_mistake_in_the_configuration_is_named_with_the_valid_values(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigWrong, match=words.replace("(", r"\(")):
        SourceConfig.from_dict(raw)


def test_the_tables_own_date_order_comes_before_the_sources() -> None:
    tables = {"tasks": {"date_order": "mdy"}, "actual_times": {}}
    config = SourceConfig.from_dict({"path": "x", "date_order": "dmy", "tables": tables})
    assert (config.order_of("tasks"), config.order_of("actual_times")) == ("mdy", "dmy")
