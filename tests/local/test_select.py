from __future__ import annotations

import pytest

from core.local import ConfigWrong
from core.local.select import check_select


@pytest.mark.parametrize(
    "query",
    [
        "",
        "delete from c",
        "select 1; drop table c",
        "select 1 drop table c",
        "with x as (delete from c returning *) select * from x",
        "attach 'b.db' as b",
        "pragma query_only=off",
        "select load_extension('x')",
        "select * into d from c",
        "select pg_read_file('/etc/passwd')",
        "select * from c union select xp_cmdshell('dir')",
        "sel/**/ect 1",
        "select 'a--' ; drop table c",
        "select 1 -- it's\n; drop table c; select '",
        "select 1 /*! into outfile '/x' */",
        "select $q$ ' $q$ ; drop table c; select ' '",
        "select 'a\\' ' ; drop table c; select ' '",
        "select [it's] ; drop table c; select [it's]",
        "select 1 # it's\n; drop table c; select '",
        "select 'open",
    ],
)
def test_anything_but_one_plain_select_is_refused(query: str) -> None:
    with pytest.raises(ConfigWrong, match=r"queries\.clients"):
        check_select(query, "clients")


@pytest.mark.parametrize(
    "query",
    [
        "select id, name from c;",
        "select 'drop; delete -- x' as name, 'it''s' from c",
        'select "update", [delete], `drop` from c',
        "with a as (select 1) select a - 1 / 2 from a where updated_at > '2026-01-01'",
        "SELECT id\nFROM c\nWHERE name LIKE '%x%'",
    ],
)
def test_a_plain_select_passes(query: str) -> None:
    check_select(query, "clients")
