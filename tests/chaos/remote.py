"""The servers' worlds seen from here: every call is a request to their process."""

import base64
import threading
from pathlib import Path
from typing import Any

import requests

CALL_SECONDS = 60

_sessions = threading.local()


def _session() -> requests.Session:
    """One connection pool per thread: sessions are not made to be shared."""
    if not hasattr(_sessions, "session"):
        _sessions.session = requests.Session()
        _sessions.session.trust_env = False  # no proxy for loopback
    session: requests.Session = _sessions.session
    return session


class Control:
    """Calls what stands under a dotted name in the servers' process."""

    def __init__(self, url: str, world: int | None = None) -> None:
        self.url, self._world = url, world

    def __call__(self, name: str, *args: Any, **kwargs: Any) -> Any:
        order = {"world": self._world, "name": name, "args": args, "kwargs": kwargs}
        answer = _session().post(f"{self.url}/", json=order, timeout=CALL_SECONDS).json()
        if "error" in answer:
            raise RuntimeError(f"{name}: {answer['error']}")
        return answer["value"]


class RemoteInstagram:
    """One account of a world."""

    def __init__(self, control: Control, account: str, url: str) -> None:
        self._control, self.account, self.url = control, account, url

    def add_account(self, name: str, **how: Any) -> "RemoteInstagram":
        """One more account of the same service; see InstagramState.add_account."""
        self._control("add_account", self.account, name, **how)
        return RemoteInstagram(self._control, name, self.url)

    def script(self, at: str, kind: str, **more: Any) -> None:
        """Let coming requests run into this fault; see bot/sandbox/instagram/faults.py."""
        self._control("script", self.account, {"at": at, "kind": kind, **more})

    def clear_faults(self) -> None:
        self._control(f"instagram.{self.account}.clear_faults")

    @property
    def held(self) -> int:
        """See InstagramState."""
        return int(self._control(f"instagram.{self.account}.held"))

    def let_go(self) -> None:
        """See InstagramState.let_go."""
        self._control(f"instagram.{self.account}.let_go")

    def live(self) -> list[dict[str, Any]]:
        """What stands on the profile, stories too, oldest first."""
        found: list[dict[str, Any]] = self._control("live", self.account)
        return found

    def captions(self) -> list[str]:
        """The captions on the profile, oldest first."""
        return [post["caption"] for post in self.live()]

    def change_password(self, password: str) -> None:
        self._control(f"instagram.{self.account}.change_password", password)

    def set_checkpoint(self, checkpoint: str | None) -> None:
        self._control(f"instagram.{self.account}.set_checkpoint", checkpoint)

    @property
    def newest_code(self) -> str:
        """What has arrived last on the phone of the account's owner."""
        return str(self._control(f"instagram.{self.account}.newest_code"))

    def revoke_sessions(self) -> None:
        self._control(f"instagram.{self.account}.revoke_sessions")

    @property
    def configures(self) -> int:
        """How many configure requests have arrived, whatever became of them."""
        return int(self._control(f"instagram.{self.account}.configures"))

    @property
    def password_attempts(self) -> int:
        return int(self._control(f"instagram.{self.account}.password_attempts"))

    @property
    def logins(self) -> int:
        return int(self._control(f"instagram.{self.account}.logins"))

    @property
    def paths(self) -> list[str]:
        """The paths of all requests so far, in order."""
        return [path for _, path in self._control(f"instagram.{self.account}.requests")]

    @property
    def most_at_once(self) -> int:
        """How many publishing requests were under way at the same moment, at most."""
        return int(self._control(f"traffic.{self.account}.most_at_once"))

    def turn(self, **weather: float) -> None:
        """See traffic.Weather."""
        self._control(f"traffic.{self.account}.turn", **weather)

    def be(self, device_timestamps: str, skew: float) -> None:
        """See traffic.Traffic."""
        self._control(f"traffic.{self.account}.be", device_timestamps, skew)

    def post_by_hand(self, caption: str) -> None:
        """See traffic.Traffic."""
        self._control(f"traffic.{self.account}.post_by_hand", caption)

    @property
    def by_hand(self) -> list[str]:
        """The numbers of media that no publisher has made."""
        return list(self._control(f"traffic.{self.account}.by_hand"))

    @property
    def spoiled(self) -> list[str]:
        """The captions of posts whose configure met a fault."""
        return list(self._control(f"traffic.{self.account}.spoiled"))

    def count(self, what: str) -> int:
        """One of traffic.Traffic's counters."""
        return int(self._control(f"traffic.{self.account}.{what}"))

    @property
    def lost_replies(self) -> int:
        return int(self._control(f"traffic.{self.account}.lost_replies"))

    @property
    def dropped_requests(self) -> int:
        return int(self._control(f"traffic.{self.account}.dropped_requests"))


class RemoteTelegram:
    """What tests/end_to_end/chat.py needs of TelegramState, and the faults."""

    def __init__(self, control: Control, url: str) -> None:
        self._control, self.url = control, url

    @property
    def version(self) -> int:
        return int(self._control("telegram.version"))

    def add_person(self, person_id: int, name: str, language_code: str = "en") -> None:
        self._control("telegram.add_person", person_id, name, language_code)

    def add_group(self, group_id: int, title: str, members: list[int]) -> None:
        self._control("telegram.add_group", group_id, title, members)

    def send_text(self, chat_id: int, text: str, **how: Any) -> int:
        return int(self._control("telegram.send_text", chat_id, text, **how))

    def send_media(self, chat_id: int, files: list[tuple[str, bytes]], **how: Any) -> None:
        encoded = [(name, base64.b64encode(content).decode()) for name, content in files]
        self._control("send_media", chat_id, encoded, **how)

    async def tap(
        self, chat_id: int, message_id: int, data: str, *, sender: int | None = None
    ) -> Any:
        """Press a button and wait up to 10 s for the bot's answer. Blocks."""
        return self._control("telegram.tap", chat_id, message_id, data, sender=sender)

    def tap_without_waiting(self, chat_id: int, message_id: int, data: str) -> None:
        self._control("telegram.forge_tap", chat_id, message_id, data, seconds=0)

    def messages(self, chat_id: int) -> list[dict[str, Any]]:
        """As Telegram describes them, oldest first."""
        found: list[dict[str, Any]] = self._control("conversation", chat_id)
        return found

    def message_wire(self, message: dict[str, Any]) -> dict[str, Any]:
        return message

    async def wait_for_change(self, version: int, seconds: float) -> None:
        """Blocks."""
        self._control("telegram.wait_for_change", version, min(seconds, 5.0))

    def unread(self) -> list[int]:
        """The numbers of the updates that the bot has not confirmed."""
        found: list[int] = self._control("unread")
        return found

    def next_update_id(self) -> int:
        """The number that the next update will have."""
        return int(self._control("telegram.updates._next_id"))

    @property
    def is_polled(self) -> bool:
        return bool(self._control("telegram.updates.is_polled"))

    def push_raw_update(self, update: dict[str, Any]) -> None:
        self._control("telegram.push_raw_update", update)

    def fail(self, method: str, **how: Any) -> None:
        """See bot/sandbox/telegram/stored.py."""
        self._control("telegram.fail", method, **how)

    def faults(self) -> list[dict[str, Any]]:
        """Those that have not been met yet."""
        found: list[dict[str, Any]] = self._control("telegram.faults._pending")
        return found

    def clear_faults(self) -> None:
        self._control("telegram.faults.clear")

    def block(self, chat_id: int) -> None:
        self._control("telegram.block", chat_id)


class RemoteWorld:
    """One world and its addresses; to be closed."""

    def __init__(self, servers_url: str, folder: Path, accounts: list[str]) -> None:
        self._servers = Control(servers_url)
        opened = self._servers("open", str(folder), accounts)
        self._number: int = opened["number"]
        control = Control(servers_url, self._number)
        self.telegram = RemoteTelegram(control, opened["urls"]["telegram"])
        self.instagram = {
            name: RemoteInstagram(control, name, opened["urls"][name]) for name in accounts
        }

    def close(self) -> None:
        self._servers("close", self._number)
