"""This machine: its disk, ffmpeg, and the proxy of the settings."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg

from bot.cli.check.finding import Finding, State, said
from bot.settings import Settings
from publisher.proxies import check_proxy_of_settings
from publisher.settings import SettingsError

GIGABYTE, MEGABYTE = 10**9, 10**6


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    yield _disk(settings)
    yield _ffmpeg()
    try:
        check_proxy_of_settings(settings)
    except SettingsError as error:
        yield said(error)
    else:
        if settings.instagram_proxy is not None:
            yield Finding(State.GOOD, "check_proxy")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free, floor = shutil.disk_usage(there).free, settings.min_free_disk_mb * MEGABYTE
    values = {"folder": folder, "free": round(free / GIGABYTE, 1)}
    if free < floor:
        return Finding(State.WRONG, "check_disk_full", floor=round(floor / GIGABYTE, 1), **values)
    return Finding(State.GOOD, "check_disk", **values)


def _ffmpeg() -> Finding:
    try:
        found = Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return Finding(State.WRONG, "check_ffmpeg_missing")
    return Finding(State.GOOD, "check_ffmpeg", name=found.name)
