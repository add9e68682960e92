"""What the admin chat hears of the installation, and sees with /status."""

import asyncio
import logging
import re
from socket import gethostname

import pytest
from sqlalchemy import text

from bot.jobs import look_after
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.spoken import spoken

HAVE_FULL_DISKS = (
    "INSERT INTO processes (id, kind, host, version, free_bytes) SELECT 'p' || number,"
    " 'publisher', 'cellar-' || number, '1', 10 ^ 6 FROM generate_series(1, 2) number"
)


async def _sql(world: World, statement: str) -> None:
    def run() -> None:
        with world.services.database.transaction() as session:
            session.execute(text(statement))

    await asyncio.to_thread(run)


async def test_what_is_wrong_is_told_once_in_one_message_and_withdrawn_in_reply_to_it(
    world: World, admin: Person, ben: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await asyncio.to_thread(world.services.heartbeat.beat)
    await _sql(world, "UPDATE processes SET free_bytes = 0 WHERE kind = 'bot'")
    await _sql(world, HAVE_FULL_DISKS)
    await admin.sends("/status")
    before = await admin.sees(spoken("status_head"))
    assert spoken("status_well") in before and "cellar-2" in before
    assert f"{gethostname()}: 0 GB" not in before, "its own disk, at this moment"
    assert spoken("status_account_unknown") in before, "nobody knows more yet"
    await look_after(world.app)
    told = await admin.sees(spoken("alert_disk"))
    assert "cellar-1" in told and "cellar-2" in told
    (event,) = re.findall(r"[2-9A-Z]{6}$", told)
    assert event in [getattr(record, "event", None) for record in caplog.records]
    message = admin.last()
    await look_after(world.app)
    await world.stop_bot()
    await world.start_bot()
    await look_after(world.app)
    await admin.taps("🔄 Refresh")
    after = await admin.sees(spoken("status_head"))
    assert event in after, "the same card, edited"
    assert sum("cellar-1" in said for said in admin.told()) == 2, "once, and on the card"
    await _sql(world, "UPDATE processes SET free_bytes = 10 ^ 10")
    await look_after(world.app)
    await admin.sees(spoken("alert_over_disk"), "cellar-2")
    assert admin.last()["reply_to_message"]["message_id"] == message["message_id"]
    await admin.taps("🔄 Refresh")
    await admin.sees(spoken("status_head"), spoken("status_well"))
    await ben.sends("/status")
    await ben.sees(spoken("admin_only", "de"))


async def test_a_pause_is_withdrawn_too_once_the_account_publishes_again(
    world: World, admin: Person
) -> None:
    services = world.services
    (account,) = await services.store.active_accounts()
    pause = services.accounts.pause
    await asyncio.to_thread(pause, account.id, reason="challenge", span=None)
    await admin.sees(spoken("alert_paused_for_good"), spoken("alert_event"))
    await look_after(world.app)
    await admin.sends("/status")
    await admin.sees(spoken("status_head"), spoken("status_account_paused"))
    await admin.taps("Resume publishing")
    await admin.sees(spoken("resumed"))
    await look_after(world.app)
    await admin.sees(spoken("alert_over_account_paused"))
    assert "reply_to_message" in admin.last()
