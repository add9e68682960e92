"""Days ahead by their names: that of today may mean a week from now, and is asked about."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date


def weekday(days_ahead: int, language: str = "en") -> str:
    """What the day is called that comes so many days after today, 1 to 6."""
    day = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(days=days_ahead)
    return format_date(day, "EEEE", locale=language)
