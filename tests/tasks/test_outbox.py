"""The outbox: sent after commit, again after a failure, never twice once it is delivered."""

from __future__ import annotations

from datetime import timedelta

from tasks import outbox


def decided(town) -> None:
    opened = town.complete("vilma", town.start().task_ids[0], {"complete": "true"}).opened
    town.complete("paula", opened[0], {"approved": "true"})


def test_a_letter_is_delivered_once(town) -> None:
    decided(town)
    sent: list[outbox.Delivery] = []
    assert outbox.deliver(town.database, sent.append, town.now) == 1
    assert outbox.deliver(town.database, sent.append, town.now + timedelta(hours=1)) == 0
    assert (sent[0].kind, sent[0].payload["channel"]) == ("letter", "letter")


def test_what_could_not_be_sent_is_tried_again_with_the_same_id(town) -> None:
    decided(town)
    seen: list[str] = []

    def fail(item: outbox.Delivery) -> None:
        seen.append(item.id)
        if len(seen) == 1:
            raise ConnectionError("printer away")

    assert outbox.deliver(town.database, fail, town.now) == 0
    assert "printer away" in town.value("SELECT error FROM outbox")
    assert outbox.deliver(town.database, fail, town.now + timedelta(minutes=1)) == 0
    assert outbox.deliver(town.database, fail, town.now + timedelta(hours=1)) == 1
    assert seen[0] == seen[1]
    assert town.value("SELECT state FROM outbox") == "delivered"
