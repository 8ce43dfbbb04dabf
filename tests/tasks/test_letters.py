"""Outgoing mail: what waits, for whom, and what marking it as sent records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from engine.letter import LetterError
from tasks import history
from tasks.commands.letters import mark_sent
from tasks.commands.publishing import publish
from tasks.errors import Forbidden, InvalidValue, LetterIncomplete, NotFound, WrongState
from tasks.queries import letters, reach
from tasks.queries.letters import LetterRow


def write(town) -> str:
    """A decided case with its letter; gives the letter's id."""
    opened = town.complete("vilma", town.start().task_ids[0], {"complete": "true"}).opened
    town.complete("paula", opened[0], {"approved": "true"})
    row = town.rows("SELECT case_id, number FROM outbox ORDER BY case_id DESC")[0]
    return f"{row.case_id}-{row.number}"


def waiting(town, name: str) -> tuple[LetterRow, ...]:
    with town.database.read() as connection:
        rights = reach.rights(connection, town.user(name).user_id, town.now.date())
        return letters.waiting(connection, reach.within(rights, {"permit": "permits"}), town.now)


def test_a_written_letter_waits_for_its_unit_alone(town) -> None:
    letter = write(town)
    assert [row.id for row in waiting(town, "vilma")] == [letter]
    assert waiting(town, "saara") == waiting(town, "olga") == ()


def test_a_letter_tells_recipient_address_channel_and_case(town) -> None:
    write(town)
    row = waiting(town, "vilma")[0]
    assert (row.recipient, row.channel, row.case_number) == ("Sami Esimerkki", "letter", "LU/1/2026")
    assert row.address["street"] == "Salakuja 1"


def test_a_protected_address_does_not_leave_the_database(town) -> None:
    write(town)
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE customers SET protected = :yes"), {"yes": True})
    row = waiting(town, "vilma")[0]
    assert (row.protected, row.address) == (True, None)


def test_marking_records_who_sent_what_and_when_in_the_chain(town) -> None:
    letter = write(town)
    sent = mark_sent(town.database, town.user("vilma"), letter, now=town.now)
    assert waiting(town, "vilma") == ()
    event = town.rows("SELECT kind, actor, payload FROM events WHERE case_id = :c ORDER BY number", c=sent.case_id)[-1]
    assert (event.kind, event.actor) == ("letter_sent", "vilma")
    assert history.verify(town.database).breaks == ()
    assert town.value("SELECT state FROM outbox") == "delivered"


def test_a_letter_is_marked_once(town) -> None:
    letter = write(town)
    mark_sent(town.database, town.user("vilma"), letter, now=town.now)
    with pytest.raises(WrongState):
        mark_sent(town.database, town.user("kalle"), letter, now=town.now)
    assert town.value("SELECT count(*) FROM events WHERE kind = 'letter_sent'") == 1


def test_another_unit_may_not_mark_it(town) -> None:
    letter = write(town)
    with pytest.raises(Forbidden):
        mark_sent(town.database, town.user("saara"), letter, now=town.now)
    assert town.value("SELECT state FROM outbox") == "pending"


@pytest.mark.parametrize("letter", ["1-999", "99-1", "letter", "1", "-1", "1-1-1", "", f"{10**19}-1", f"1-{10**10}"])
def test_an_unknown_letter_is_told_so(town, letter: str) -> None:
    write(town)
    with pytest.raises(NotFound):
        mark_sent(town.database, town.user("vilma"), letter, now=town.now)


def test_it_was_sent_after_it_was_written_and_before_now(town) -> None:
    letter = write(town)
    for wrong in (timedelta(days=-1), timedelta(hours=1)):
        with pytest.raises(InvalidValue):
            mark_sent(town.database, town.user("vilma"), letter, now=town.now, occurred_at=town.now + wrong)


def test_on_the_day_of_writing_it_was_not_sent_before_it_was_written(town) -> None:
    letter = write(town)
    written = town.now
    town.pass_time(hours=3)
    mark_sent(town.database, town.user("vilma"), letter, now=town.now, occurred_at=written - timedelta(hours=2))
    assert town.rows("SELECT delivered_at FROM outbox")[0].delivered_at in (
        written,
        written.isoformat(timespec="microseconds"),
    )


def test_a_later_sending_tells_both_days(town) -> None:
    letter = write(town)
    town.pass_time(days=3)
    sent = mark_sent(town.database, town.user("vilma"), letter, now=town.now)
    assert (sent.sent_on - sent.written_on).days == 3


def require(town, part: str) -> None:
    """Publish the permit with a letter that must have a part."""
    files = dict(bundles.read(Path(__file__).parent / "bundles" / "permit").files)
    rules = b'fields = ["application.reason", "decide.*"]'
    files["process.toml"] = files["process.toml"].replace(rules, rules + b'\nrequires = ["result"]')
    for language in ("fi", "sv"):
        name = f"letters/notice.{language}.html"
        files[name] = files[name].replace(b"</article>", part.encode() + b"</article>")
    changed = bundles.inspect(bundles.pack(files))
    publish(town.database, town.user("outi"), [changed], author="olga", approver="oona", now=town.now)


def test_a_letter_without_a_part_that_the_law_requires_is_not_written(town) -> None:
    require(town, '{% if decide.approved == "sometimes" %}<p id="result">Lupa</p>{% endif %}')
    with pytest.raises(LetterError, match="the letter would lack result, which it must have"):
        write(town)
    assert town.value("SELECT count(*) FROM documents") == town.value("SELECT count(*) FROM outbox") == 0


def test_a_letter_that_lost_a_part_does_not_leave(town) -> None:
    require(town, '<p id="result">Lupa myönnetään.</p>')
    letter = write(town)
    whole = town.value("SELECT html FROM documents")
    for html, parts in ((whole.replace('id="result"', ""), ("result",)), (whole, ())):
        with town.database.transaction() as connection:
            connection.execute(text("UPDATE documents SET html = :html"), {"html": html})
        if parts:
            with pytest.raises(LetterIncomplete) as refused:
                mark_sent(town.database, town.user("vilma"), letter, now=town.now)
            assert (refused.value.parts, town.value("SELECT state FROM outbox")) == (parts, "pending")
        else:
            mark_sent(town.database, town.user("vilma"), letter, now=town.now)
    assert town.value("SELECT state FROM outbox") == "delivered"
