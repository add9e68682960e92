"""Lines of the log for machines: each a JSON object, with what the human one says and no secret."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from publisher.redaction import Redacting


class JsonLines(Redacting, JsonFormatter):
    """Strikes secrets out of each value before it is written: so the line stays JSON, and what is
    known by the beginning of its line is found."""

    def __init__(self, secrets: Iterable[str]) -> None:
        names = {"levelname": "level", "name": "logger"}
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            timestamp="time",
            rename_fields=names,
            json_default=str,
            json_ensure_ascii=False,
        )
        self.keep_out(secrets)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        order = ("time", "level", "logger", "message")
        first = {name: log_data.pop(name) for name in order if name in log_data}
        return {name: self._clean(value) for name, value in {**first, **log_data}.items()}

    def _clean(self, value: Any) -> Any:
        if value is None or isinstance(value, (int, float)):
            return value
        return self.redacted(value.isoformat() if isinstance(value, datetime) else str(value))
