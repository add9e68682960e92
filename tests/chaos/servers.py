"""python -m tests.chaos.servers: both services in a process of their own, told what to do by HTTP.

They must outlive everything that is killed around them. One process holds many worlds: a test
opens one, with a Telegram and as many Instagram accounts as it likes, each on a port of its own.
"""

import asyncio
import base64
import contextlib
import inspect
import json
import operator
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from tornado.escape import json_decode
from tornado.web import Application

from bot.sandbox.instagram import server as instagram_server
from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_handler import LocalHandler
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram import server as telegram_server
from bot.sandbox.telegram.state import TelegramState
from tests.chaos.traffic import Traffic

TOKEN = "123456:chaos"
PASSWORD = "right"

Json = dict[str, Any]


class World:
    """One Telegram and some Instagram accounts, with what passed over their wires."""

    def __init__(self, folder: Path, accounts: list[str], key: str | None) -> None:
        self.telegram = TelegramState(folder / "telegram", token=TOKEN)
        self.instagram = {name: _account(folder / name, name, key) for name in accounts}
        self.traffic = {name: Traffic(state) for name, state in self.instagram.items()}
        self._servers = {
            "telegram": LocalServer(telegram_server.application(self.telegram)),
            **{
                name: LocalServer(self.traffic[name].watched(instagram_server.application(state)))
                for name, state in self.instagram.items()
            },
        }

    async def open(self) -> Json:
        """Listen; returns the URL of "telegram" and of each account."""
        return {name: await server.start() for name, server in self._servers.items()}

    def add_account(self, beside: str, name: str, **how: Any) -> None:
        """One more account of the same Instagram, at the same address."""
        self.instagram[name] = self.instagram[beside].add_account(name, PASSWORD, **how)

    async def close(self) -> None:
        for server in self._servers.values():
            await server.stop()
        self.telegram.close()
        for state in self.instagram.values():
            state.close()

    def script(self, account: str, fault: Json) -> None:
        """Let coming requests to this account run into a fault."""
        self.instagram[account].script(Fault(**fault))

    def live(self, account: str) -> list[Json]:
        """All that stands on the profile, stories too, oldest first."""
        state = self.instagram[account]
        posts = sorted([*state.posts, *state.stories], key=operator.attrgetter("pk"))
        return [
            {
                "pk": str(post.pk),
                "upload_id": post.upload_id,
                "kind": post.kind,
                "caption": post.caption,
                "taken_at": post.taken_at,
            }
            for post in posts
        ]

    def send_media(self, chat_id: int, files: list[list[str]], **how: Any) -> list[int]:
        """A person sends files: pairs of name and bytes, these in base 64."""
        decoded = [(name, base64.b64decode(content)) for name, content in files]
        return self.telegram.send_media(chat_id, decoded, **how)

    def conversation(self, chat_id: int) -> list[Json]:
        """The messages of a chat as Telegram describes them, oldest first."""
        return [self.telegram.message_wire(message) for message in self.telegram.messages(chat_id)]

    def unread(self) -> list[int]:
        """The numbers of the updates that the bot has not confirmed."""
        return [update["update_id"] for update in self.telegram.updates.pending]


def _account(folder: Path, name: str, key: str | None) -> InstagramState:
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "state.json"
    if key and not kept.exists():
        kept.write_text(json.dumps({"private_key": key}))  # making one takes a tenth of a second
    return InstagramState(folder, username=name, password=PASSWORD)


class ControlHandler(LocalHandler):
    """POST {"world", "name", "args", "kwargs"}: the value, or the call, of that dotted name."""

    def initialize(self, worlds: "Worlds") -> None:
        self.worlds = worlds

    async def post(self) -> None:
        order = json_decode(self.request.body)
        number = order.get("world")
        target = self.worlds if number is None else self.worlds.open_ones[number]
        try:
            value = _reach(target, order["name"].split("."))
            if callable(value):
                value = value(*order.get("args", []), **order.get("kwargs", {}))
            if inspect.isawaitable(value):
                value = await value
        except Exception as problem:
            self.set_status(400)
            self.finish(json.dumps({"error": f"{type(problem).__name__}: {problem}"}))
            return
        self.finish(json.dumps({"value": value}, default=_plain))


class Worlds:
    """The worlds that are open, by number."""

    def __init__(self) -> None:
        self.open_ones: dict[int, World] = {}
        self._opened = 0
        self._key: str | None = None

    async def open(self, folder: str, accounts: list[str]) -> Json:
        """Open a world whose state lies in `folder`; returns its number and its URLs."""
        world = World(Path(folder), accounts, self._key)
        if self._key is None and world.instagram:
            self._key = next(iter(world.instagram.values())).key.private_pem()
        self._opened += 1
        self.open_ones[self._opened] = world
        return {"number": self._opened, "urls": await world.open()}

    async def close(self, number: int) -> None:
        await self.open_ones.pop(number).close()


def _reach(target: Any, names: list[str]) -> Any:
    for name in names:
        target = target[name] if isinstance(target, dict) else getattr(target, name)
    return target


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


async def main() -> None:
    """Print the control address, then serve until standard input closes: our parent has gone."""
    worlds = Worlds()
    control = LocalServer(Application([("/", ControlHandler, {"worlds": worlds})]))
    sys.stdout.write(f"{await control.start()}\n")
    sys.stdout.flush()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    await reader.read()
    for number in list(worlds.open_ones):
        await worlds.close(number)
    await control.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
