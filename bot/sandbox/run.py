"""The sandbox in one process tree: two services, a page, and the bot as any deployment runs it."""

import asyncio
import ctypes
import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tzlocal import get_localzone_name

from bot.sandbox import tour as story
from bot.sandbox import web
from bot.sandbox.instagram import server as instagram_server
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram import server as telegram_server
from bot.sandbox.telegram.state import TelegramState

TOKEN = "1000000001:sandbox-token-that-opens-nothing-elsewhere"
PERSON = 1001
TEAM = {1002: "Robin", 1003: "Kim", 1004: "Jo", 1005: "Sam"}
"""Whom one can be at the page besides: Kim is let in, as an author; the others are not, yet."""
AUTHOR = 1003
CLUB_MEMBERS = (1002, AUTHOR, 1005)
ADMIN_CHAT, CLUB = -1002, -1001000000001
ACCOUNT = "postbote.demo"
SECOND, THIRD = "second.demo", "third.demo"
"""Known to the sandbox's Instagram, with the same password; the bot's to add. The second sends a
code by SMS."""
BY_HAND = "Corner Bakery"
PASSWORD = "sandbox password"
SPOKEN = ("en", "de")
"""By the page, and by the bot."""

ROOT = Path(__file__).parents[2]
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "PYTHONDONTWRITEBYTECODE")
"""All that the bot inherits: a real token in the environment must not reach the sandbox."""

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 20
TROUBLE_LINES = 15


@dataclass(frozen=True)
class Sandbox:
    """The running services and what they know."""

    telegram: TelegramState
    instagram: InstagramState
    telegram_url: str
    instagram_url: str
    page_url: str


@asynccontextmanager
async def services(folder: Path, port: int) -> AsyncIterator[Sandbox]:
    """Both services and the page, on loopback ports; `folder` keeps their state."""
    telegram = TelegramState(folder / "telegram", token=TOKEN)
    known = telegram.chats.people.get(PERSON)
    telegram.add_person(PERSON, "Alex", known.language_code if known else "en")
    for number, name in TEAM.items():
        same = telegram.chats.people.get(number)
        telegram.add_person(number, name, same.language_code if same else "en")
    telegram.add_group(ADMIN_CHAT, "Postbote alerts", [PERSON])
    telegram.chats.chats[ADMIN_CHAT].bot_rights = ["can_delete_messages"]  # the codes sent there
    if CLUB not in telegram.chats.chats:
        telegram.add_forum(CLUB, "Club", [PERSON, *CLUB_MEMBERS], [PERSON])
        telegram.add_topic(CLUB, "Instagram", sender=PERSON)
    instagram = InstagramState(
        folder / "instagram", username=ACCOUNT, password=PASSWORD, full_name="Postbote Demo"
    )
    if SECOND not in instagram.accounts:
        instagram.add_account(SECOND, PASSWORD, two_factor="sms", full_name="A second account")
    if THIRD not in instagram.accounts:
        instagram.add_account(THIRD, PASSWORD, full_name="A third account")
    servers = [
        LocalServer(telegram_server.application(telegram)),
        LocalServer(instagram_server.application(instagram)),
        LocalServer(web.application(telegram, instagram), port=port),
    ]
    urls = [await server.start() for server in servers]
    try:
        yield Sandbox(telegram, instagram, *urls)
    finally:
        for server in servers:
            await server.stop()
        telegram.close()
        instagram.close()


def _zone() -> str:
    """This computer's zone; 'Etc/UTC' reads better as what it is."""
    name = get_localzone_name() or "UTC"
    return "UTC" if name == "Etc/UTC" else name


def _language(sandbox: Sandbox) -> str:
    """This computer's, or the one in which the page was seen last; English if it speaks neither."""
    seen_in = sandbox.telegram.chats.people[PERSON].language_code
    wanted = (os.environ.get("LANG", "")[:2], (seen_in or "")[:2])
    return next((one for one in wanted if one in SPOKEN), "en")


@asynccontextmanager
async def bot(
    sandbox: Sandbox, folder: Path, by_hand: str = "", *, language: str = "en"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot`, which knows of the sandbox nothing but two addresses.

    Args:
        by_hand: a second account, which is published by hand.
        language: of what it tells the admin chat.
    """
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "ALLOWED_USER_IDS": f"{PERSON},{AUTHOR}",
        "ADMIN_CHAT_ID": str(ADMIN_CHAT),
        "TELEGRAM_API_URL": sandbox.telegram_url,
        "INSTAGRAM_API_URL": sandbox.instagram_url,
        "INSTAGRAM_USERNAME": ACCOUNT,
        "INSTAGRAM_PASSWORD": PASSWORD,
        "BY_HAND_ACCOUNTS": by_hand,
        "DATA_DIR": str(folder / "bot"),
        "TIMEZONE": _zone(),
        "LANGUAGE": language,
    }
    inherited = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=folder,  # no .env of a real deployment lies there
            env={**inherited, **settings, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us, and we end it in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
    try:
        yield process
    finally:
        await _stop(process)


def _die_with_parent() -> None:
    """Between fork and exec: the kernel ends the bot when the sandbox is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def main(*, tour: bool, port: int, folder: Path) -> int:
    """Run until Ctrl-C, or play the tour; returns the exit code. `folder` keeps everything."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        _say(FOLDER_CLOSED.format(folder=folder.absolute(), reason=error.strerror))
        return 1
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # two would overwrite each other's chat
            _say(FOLDER_TROUBLE.format(folder=folder))
            return 1
        return asyncio.run(_play(folder.resolve()) if tour else _serve(folder.resolve(), port))


async def _serve(folder: Path, port: int) -> int:
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    try:
        async with (
            services(folder, port) as sandbox,
            bot(sandbox, folder, BY_HAND, language=_language(sandbox)) as process,
        ):
            _say(WELCOME.format(url=sandbox.page_url, by_hand=BY_HAND, log=folder / "bot.log"))
            return await _until(stopped, process, folder)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        other = max(port + 1, 8322)
        _say(PORT_TROUBLE.format(port=port, reason=error.strerror, other=other))
        return 1


async def _until(stopped: asyncio.Event, process: asyncio.subprocess.Process, folder: Path) -> int:
    """Wait for Ctrl-C, or for the bot's own end, which is trouble."""
    waiting = [asyncio.create_task(stopped.wait()), asyncio.create_task(process.wait())]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    if stopped.is_set():
        _say("\nStopping. Chat and profile are kept for the next time.")
        return 0
    _say(_last_words(process, folder))
    return 1


async def _play(folder: Path) -> int:
    _say("Starting a Postgres, the bot, and the two services that it talks to ...")
    async with services(folder, 0) as sandbox, bot(sandbox, folder) as process:
        telling = asyncio.create_task(
            story.play(sandbox.telegram, sandbox.instagram, PERSON, ADMIN_CHAT)
        )
        ending = asyncio.create_task(process.wait())
        await asyncio.wait([telling, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if not telling.done():
            telling.cancel()
            _say(_last_words(process, folder))
            return 1
        try:
            telling.result()
        except story.StoryError as error:
            _say(f"The tour ended early: {error}\n{_last_words(process, folder)}")
            return 1
    return 0


def _last_words(process: asyncio.subprocess.Process, folder: Path) -> str:
    log = (folder / "bot.log").read_text(encoding="utf-8", errors="replace")
    lines = "\n".join(log.splitlines()[-TROUBLE_LINES:])
    ended = "" if process.returncode is None else f"The bot has ended ({process.returncode}). "
    return f"{ended}The last lines of its log:\n{lines}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


PORT_TROUBLE = """
Port {port} cannot be used ({reason}). Is the sandbox running already?
If not, choose another port:  make demo PORT={other}
or  .venv/bin/python -m bot --sandbox --port {other}
"""

FOLDER_TROUBLE = """
A sandbox is already running in {folder}: use its page, or stop it first. A second one needs a
folder of its own:  .venv/bin/python -m bot --sandbox --port 8322 --folder data/second
"""

FOLDER_CLOSED = """
The sandbox cannot write to {folder} ({reason}). Name a folder that it may:
.venv/bin/python -m bot --sandbox --folder ~/postbote-sandbox
"""

WELCOME = """
Postbote's sandbox is running. Open  {url}

  On the left a phone with the chat, on the right the Instagram profile.
  Try: send a photo with a caption (the paperclip has a sample) and tap "Now" on its card,
  or the next free slot. Reply to a card with "tomorrow 9:00", edit your caption, or tap
  "Account: ..." and choose "{by_hand}": its posts come back to the chat, for you to post.
  Then: /list, /slots, an album, a video, "in 2 minutes", or rubbish.
  Above it you choose who you are: Alex owns the bot, Kim plans posts, the others are not in yet.
  Invite them by /team: send the link in the club, tap it there as Robin; say /group in its topic.

Nothing here leaves this computer. The bot's log: {log}
Ctrl-C stops everything.
"""
