"""What an H.264 stream holds besides its pictures, which a copy would take along.

ITU-T H.264, 7.3.1 and 7.3.2.3; stored as in ISO/IEC 14496-15, each unit behind its length.
"""

from collections.abc import Iterator

from av.packet import Packet
from av.stream import Stream

MESSAGES, PARAMETERS = 6, 7
"""Types of units: supplemental enhancement information, and a sequence parameter set."""
UNREGISTERED = 5
"""The type of free-form messages, which begin with 16 bytes that name their author."""
X264 = bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef")
"""The author of x264's messages, which list its settings."""
MORE = 0xFF
"""A byte of a type or size that continues in the next byte."""


class Beside:
    """What a track holds besides its pictures, once it has been shown each packet.

    Args:
        configuration: the track's `avcC`.
    """

    def __init__(self, configuration: bytes) -> None:
        self._length_bytes = (configuration[4] & 3) + 1 if _is_avcc(configuration) else 0
        self._parameters: bytes | None = None
        self._is_odd = not self._length_bytes
        self._has_begun = False
        self.has_messages = False
        """Whether there are messages besides x264's settings, such as a camera's time and place."""

    @property
    def is_copyable(self) -> bool:
        """Begins with a picture that needs no other, and has the same parameters throughout."""
        return not self._is_odd

    def add(self, packet: "Packet[Stream]") -> None:
        """Look at its units."""
        if packet.size == 0 or self._is_odd:
            return
        self._is_odd |= not (self._has_begun or packet.is_keyframe)
        self._is_odd |= packet.has_sidedata("new_extradata")
        self._has_begun = True
        for unit in self._units(memoryview(packet)):
            kind = unit[0] & 31
            if kind == MESSAGES and not self.has_messages:
                self.has_messages = _is_somebodys(bytes(unit[1:]))
            elif kind == PARAMETERS:
                self._parameters = self._parameters or bytes(unit)
                self._is_odd |= unit != self._parameters

    def _units(self, content: memoryview) -> Iterator[memoryview]:
        place, wide = 0, self._length_bytes
        while wide and place < len(content):
            start = place + wide
            place = start + int.from_bytes(content[place:start], "big")
            if not start < place <= len(content):
                self._is_odd = True
                return
            yield content[start:place]


def _is_avcc(configuration: bytes) -> bool:
    return len(configuration) > 4 and configuration[0] == 1


def _is_somebodys(messages: bytes) -> bool:
    place = 0
    while place + 2 < len(messages):  # behind the last there is one byte more
        kind, place = _number(messages, place)
        size, place = _number(messages, place)
        if kind == UNREGISTERED and not messages.startswith(X264, place):
            return True
        place += size
    return False


def _number(messages: bytes, place: int) -> tuple[int, int]:
    """A type or size, and the index behind it."""
    value = 0
    while place < len(messages):
        value += messages[place]
        place += 1
        if messages[place - 1] != MORE:
            break
    return value, place
