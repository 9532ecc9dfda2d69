import threading
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from core.xpm.endpoints import sandbox_endpoints
from core.xpm.identity import AppRefused
from core.xpm.secrets import KeyWrong, Secret, Vault, make_key
from core.xpm.signin import ConnectionState, ConsentNeeded, NotConnected
from core.xpm.transport import AnswerLost
from tests.fakes import FakeClock
from tests.xpm.conftest import SignInOver
from tests.xpm.fakes import MemoryTokens, Script


def pair(n: int, lasts: int = 1800) -> httpx.Response:
    content = {"access_token": f"a{n}", "refresh_token": f"r{n}", "expires_in": lasts, "token_type": "Bearer"}
    return httpx.Response(200, json=content)


REFUSED = httpx.Response(400, json={"error": "invalid_grant"})
LOST = httpx.RemoteProtocolError("server disconnected")


def sent_refresh_tokens(script: Script) -> list[str]:
    return [parse_qs(request.content.decode())["refresh_token"][0] for request in script.requests]


def test_a_token_with_time_left_is_used_as_it_is(sign_in_over: SignInOver) -> None:
    script = Script([pair(2)])
    assert sign_in_over(script).access_token() == Secret("CANARY-ACCESS")
    assert script.requests == []


def test_a_token_in_its_last_five_minutes_is_renewed(sign_in_over: SignInOver, clock: FakeClock) -> None:
    script = Script([pair(2)])
    sign_in = sign_in_over(script)
    clock.advance(25 * 60 + 1)
    assert sign_in.access_token() == Secret("a2")
    assert sent_refresh_tokens(script) == ["CANARY-REFRESH"]


def test_the_next_refresh_uses_the_new_refresh_token(sign_in_over: SignInOver, clock: FakeClock) -> None:
    script = Script([pair(2), pair(3)])
    sign_in = sign_in_over(script)
    for _ in range(2):
        clock.advance(1800)
        sign_in.access_token()
    assert sent_refresh_tokens(script) == ["CANARY-REFRESH", "r2"]


def test_a_lost_answer_is_asked_for_again_with_the_stored_token(sign_in_over: SignInOver, clock: FakeClock) -> None:
    script = Script([LOST, pair(2)])
    sign_in = sign_in_over(script)
    clock.advance(1800)
    assert sign_in.access_token() == Secret("a2")
    assert sent_refresh_tokens(script) == ["CANARY-REFRESH", "CANARY-REFRESH"]


def test_two_lost_answers_leave_everything_for_the_next_try(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock
) -> None:
    sign_in = sign_in_over(Script([LOST, LOST, pair(2)]))
    clock.advance(1800)
    with pytest.raises(AnswerLost):
        sign_in.access_token()
    assert tokens.connections["p1"].refreshing_since is None
    assert sign_in.access_token() == Secret("a2")


def test_a_crash_while_refreshing_is_overcome_after_a_while(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock
) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    clock.advance(1800)
    dead = tokens.connections["p1"]
    tokens.connections["p1"] = replace(dead, refreshing_since=clock.now(), generation=2)
    assert sign_in.access_token() == Secret("a2")
    assert 45 <= sum(clock.slept) < 50


def test_while_another_process_renews_a_valid_token_is_used_without_waiting(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock
) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    clock.advance(26 * 60)
    tokens.connections["p1"] = replace(tokens.connections["p1"], refreshing_since=clock.now())
    assert sign_in.access_token() == Secret("CANARY-ACCESS")
    assert clock.slept == []


def test_two_processes_refresh_once(sign_in_over: SignInOver, clock: FakeClock) -> None:
    script = Script([pair(2), pair(3)])
    first, second = sign_in_over(script), sign_in_over(script)
    clock.advance(1800)
    assert first.access_token() == second.access_token() == Secret("a2")
    assert len(script.requests) == 1


class StandingClock(FakeClock):
    """Lets other threads run while one waits, without time going on."""

    def sleep(self, seconds: float) -> None:
        time.sleep(0.001)


def test_many_threads_refresh_once(sign_in_over: SignInOver) -> None:
    script, clock = Script([pair(2), pair(3)]), StandingClock()
    sign_in = sign_in_over(script, clock=clock)
    clock.advance(1800)
    got: list[Secret] = []
    threads = [threading.Thread(target=lambda: got.append(sign_in.access_token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [Secret("a2")] * 8
    assert len(script.requests) == 1


def test_a_spent_token_is_renewed_unless_another_is_stored_already(sign_in_over: SignInOver) -> None:
    script = Script([pair(2), pair(3)])
    sign_in = sign_in_over(script)
    assert sign_in.renew(Secret("CANARY-ACCESS")) == Secret("a2")
    assert sign_in.renew(Secret("CANARY-ACCESS")) == Secret("a2")
    assert len(script.requests) == 1


def test_a_refused_refresh_token_needs_consent(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock
) -> None:
    sign_in = sign_in_over(Script([REFUSED]))
    clock.advance(1800)
    with pytest.raises(ConsentNeeded, match=r"Kowhai & Rimu, made by Aroha.*Connect again"):
        sign_in.access_token()
    assert tokens.connections["p1"].state is ConnectionState.NEEDS_CONSENT
    with pytest.raises(ConsentNeeded):
        sign_in.access_token()


def test_a_refused_refresh_token_gives_way_to_what_another_process_stored(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock, vault: Vault
) -> None:
    def refuse_while_another_stores(_: httpx.Request) -> httpx.Response:
        row = tokens.connections["p1"]
        fresh = vault.seal("theirs", sign_in.seal_context("access"))
        expires = clock.now() + timedelta(minutes=30)
        tokens.swap_connection(
            "p1", replace(row, access_token=fresh, access_expires_at=expires), expected=row.generation
        )
        return REFUSED

    sign_in = sign_in_over(Script([refuse_while_another_stores]))
    clock.advance(1800)
    assert sign_in.access_token() == Secret("theirs")


def test_the_former_refresh_token_is_the_last_resort(sign_in_over: SignInOver, clock: FakeClock) -> None:
    script = Script([pair(2, lasts=60), REFUSED, pair(3)])
    sign_in = sign_in_over(script)
    clock.advance(1800)
    sign_in.access_token()
    assert sign_in.access_token() == Secret("a3")
    assert sent_refresh_tokens(script) == ["CANARY-REFRESH", "r2", "CANARY-REFRESH"]


def test_the_former_refresh_token_goes_once_the_new_one_has_worked(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock
) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    clock.advance(1800)
    sign_in.access_token()
    assert tokens.connections["p1"].former_refresh_token is not None
    sign_in.note_worked()
    assert tokens.connections["p1"].former_refresh_token is None


def test_a_call_that_works_costs_no_write(sign_in_over: SignInOver, tokens: MemoryTokens) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    before = tokens.swaps
    for _ in range(3):
        sign_in.access_token()
        sign_in.note_worked()
    assert tokens.swaps == before


def test_a_lost_right_is_lifted_by_a_call_that_works(sign_in_over: SignInOver, tokens: MemoryTokens) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    sign_in.mark_state(ConnectionState.LOST_RIGHT)
    sign_in.access_token()
    sign_in.note_worked()
    assert tokens.connections["p1"].state is ConnectionState.CONNECTED


def test_a_wrong_client_secret_is_a_matter_of_settings(sign_in_over: SignInOver, clock: FakeClock) -> None:
    sign_in = sign_in_over(Script([httpx.Response(400, json={"error": "invalid_client"})]))
    clock.advance(1800)
    with pytest.raises(AppRefused, match="invalid_client"):
        sign_in.access_token()


def test_a_practice_never_connected_says_so(tokens: MemoryTokens, sign_in_over: SignInOver) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    tokens.connections.clear()
    with pytest.raises(NotConnected, match="Connection page"):
        sign_in.access_token()


def test_stored_tokens_can_be_sealed_with_a_new_key(sign_in_over: SignInOver, tokens: MemoryTokens) -> None:
    script, old, new = Script([pair(2)]), make_key(), make_key()
    sign_in = sign_in_over(script)
    tokens.connections["p1"] = replace(
        tokens.connections["p1"],
        access_token=Vault([old]).seal("CANARY-ACCESS", sign_in.seal_context("access")),
        refresh_token=Vault([old]).seal("CANARY-REFRESH", sign_in.seal_context("refresh")),
    )
    assert sign_in_over(script, keys=Vault([new, old])).reseal()
    assert sign_in_over(script, keys=Vault([new])).access_token() == Secret("CANARY-ACCESS")
    assert not sign_in_over(script, keys=Vault([new])).reseal()


def test_a_token_of_xeros_does_not_open_for_a_sandbox(sign_in_over: SignInOver) -> None:
    script = Script([pair(2)])
    sign_in_over(script)
    root = "http://127.0.0.1:9"
    sandbox = sign_in_over(script, endpoints=sandbox_endpoints(root, root, root))
    with pytest.raises(KeyWrong, match="do not open"):
        sandbox.access_token()


def test_nothing_stored_holds_a_token_in_plain_text(
    sign_in_over: SignInOver, tokens: MemoryTokens, clock: FakeClock
) -> None:
    sign_in = sign_in_over(Script([pair(2)]))
    clock.advance(1800)
    sign_in.access_token()
    row = tokens.connections["p1"]
    stored = b"".join(filter(None, (row.access_token, row.refresh_token, row.former_refresh_token)))
    assert b"CANARY" not in stored
    assert "CANARY" not in repr(row) + str(row)
