"""This machine: its disk, ffmpeg, and the proxy of the settings."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import imageio_ffmpeg

from bot.cli.check.finding import Finding, State, said
from bot.cli.terminal import locale_language
from bot.settings import Settings
from bot.texts.dates import moment
from publisher.proxies import check_proxy_of_settings
from publisher.settings import SettingsError
from publisher.upkeep import last_night_is_missing
from storage.backup import backups_in

GIGABYTE, MEGABYTE = 10**9, 10**6


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    yield _disk(settings)
    if settings.log_file is not None:
        yield _log(settings.log_file)
    if settings.backup_dir is not None:
        yield _backups(settings, settings.backup_dir)
    yield _ffmpeg()
    try:
        check_proxy_of_settings(settings)
    except SettingsError as error:
        yield from map(said, error.args)
    else:
        if settings.instagram_proxy is not None:
            yield Finding(State.GOOD, "check_proxy")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    if not may_write(folder):
        return Finding(State.WRONG, "check_disk_closed", folder=folder)
    free, floor = shutil.disk_usage(_there(folder)).free, settings.min_free_disk_mb * MEGABYTE
    values = {"folder": folder, "free": round(free / GIGABYTE, 1)}
    if free < floor:
        return Finding(State.WRONG, "check_disk_full", floor=round(floor / GIGABYTE, 1), **values)
    return Finding(State.GOOD, "check_disk", **values)


def may_write(folder: Path) -> bool:
    """Whether the folder can be written to, or created."""
    return os.access(_there(folder), os.W_OK | os.X_OK)


def _there(folder: Path) -> Path:
    """The folder, or the nearest parent that exists."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if os.access(path, os.F_OK))


def _log(file: Path) -> Finding:
    is_there = os.access(file, os.F_OK)
    is_open = os.access(file, os.W_OK) and not file.is_dir() if is_there else may_write(file.parent)
    if not is_open:
        return Finding(State.WRONG, "check_log_closed", file=file)
    return Finding(State.GOOD, "check_log", file=file)


def _backups(settings: Settings, folder: Path) -> Finding:
    if not (may_write(folder) and folder.is_dir()):
        return Finding(State.WRONG, "check_backups_away", folder=folder)
    made = backups_in(folder)
    if not made:
        return Finding(State.GOOD, "check_backups_new", folder=folder)
    at, zone = datetime.fromtimestamp(made[-1].stat().st_mtime, UTC), ZoneInfo(settings.timezone)
    when = moment(locale_language(), at, zone, datetime.now(UTC))
    if last_night_is_missing(made):
        return Finding(State.NOTE, "check_backups_old", folder=folder, when=when)
    return Finding(State.GOOD, "check_backups", folder=folder, count=len(made), when=when)


def _ffmpeg() -> Finding:
    try:
        found = Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return Finding(State.WRONG, "check_ffmpeg_missing")
    return Finding(State.GOOD, "check_ffmpeg", name=found.name)
