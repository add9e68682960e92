"""What a JPEG's marks tell before anything is decoded: its kind, and whether all scans are there.

ITU-T T.81, B.2 and G.1; what lies behind the end is no part of it.
"""

import re
from dataclasses import dataclass, field
from mmap import mmap

from publisher.media.refused import MediaRefusedError, Refusal

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = frozenset({0xC2, 0xCA})
UNUSUAL = {
    **dict.fromkeys((0xC3, 0xC7, 0xCB, 0xCF), "lossless JPEG"),
    **dict.fromkeys((0xC5, 0xC6, 0xCD, 0xCE), "hierarchical JPEG"),
    0xF7: "JPEG-LS",
}
"""Kinds of JPEG that no viewer shows, by their frame's marker (T.81, table B.1; T.87): they come
from medical scanners and raw pictures."""

MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What begins a part of a JPEG, and stands nowhere within its pixels."""
SCAN, MAX_SCANS = 0xDA, 100
"""Each goes over the whole picture; encoders make about ten."""
END = b"\xff\xd9"
TABLES, AC = 0xC4, 0x10
"""Huffman's, and those of them that are for all but a block's first value."""
BLANK = bytes(1024)
"""What copies that broke off have in place of the rest. In pixels it stands for much of one colour
if the shortest codes, which are all zeros, say that a block ends (0), and for nothing else. Where
each colour has a scan of its own, only the tables of the last count: of a grey picture it is so."""
STEPS = range(64)
"""The frequencies of a block; each may come in a scan of its own, and bit by bit."""


@dataclass
class _Missing:
    """Which frequencies of which colours have not come to their last bit, in all scans so far."""

    is_progressive: bool = False
    steps: dict[int, set[int]] = field(default_factory=dict)

    def begin(self, kind: int, frame: bytes) -> None:
        self.is_progressive = kind in PROGRESSIVE
        colours = frame[6 : 6 + 3 * frame[5] : 3]
        self.steps = {colour: set(STEPS) for colour in colours}

    def scan(self, header: bytes) -> None:
        count = header[0]
        first, last, bits = header[1 + 2 * count : 4 + 2 * count]
        come = range(first, last + 1) if self.is_progressive else STEPS
        for colour in header[1 : 1 + 2 * count : 2]:
            if bits & 15 == 0 or not self.is_progressive:
                self.steps.get(colour, set()).difference_update(come)


def end_of(content: mmap) -> int:
    """Where its end mark stands, or the file's end if it lacks one.

    Between the parts there may be fillings (B.1.1.2), and what viewers skip. Raises ValueError or
    LookupError if scans are missing or blank, MediaRefusedError for kinds that we do not take.
    """
    place, scans, missing, shortest, used = 2, 0, _Missing(), dict[int, int](), set[int]()
    while (found := MARK.search(content, place)) and found[0] != END:
        place, kind = found.end(), found[0][1]
        length = max(int.from_bytes(content[place : place + 2]), 2)
        part = content[place + 2 : place + length]
        if kind in UNUSUAL:
            raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=UNUSUAL[kind])
        if kind in FRAMES:
            if part[:1] > b"\x08":
                raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format=f"{part[0]}-bit JPEG")
            missing.begin(kind, part)
        elif kind == TABLES:
            shortest |= _shortest(part)
        elif kind == SCAN:
            missing.scan(part)
            used = {tables & 15 for tables in part[2 : 1 + 2 * part[0] : 2]}
            scans += 1
        if scans > MAX_SCANS:
            raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="many-scan JPEG")
        place += length
    if any(missing.steps.values()):
        raise ValueError("scans are missing")
    end = found.start() if found else len(content)
    holds_no_blank = not missing.is_progressive and any(shortest.get(table, 0) for table in used)
    if holds_no_blank and content.find(BLANK, place, end) >= 0:
        raise ValueError("the rest is blank")
    return end


def _shortest(tables: bytes) -> dict[int, int]:
    """Number of a table -> what its shortest code stands for, of those for all but first values."""
    found = {}
    while len(tables) > 17:
        if tables[0] & AC:
            found[tables[0] & 15] = tables[17]
        tables = tables[17 + sum(tables[1:17]) :]
    return found
