"""Settings: all that is wrong is named at once, and `.env.example` has them all."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]

GOOD = {
    "INSTAGRAM_USERNAME": "@me",
    "INSTAGRAM_PASSWORD": "secret",
    "TELEGRAM_BOT_TOKEN": "123:abc",
    "ALLOWED_USER_IDS": "1, 2",
    "ADMIN_CHAT_ID": "-100",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of this machine counts."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in {**GOOD, **values}.items():
        monkeypatch.setenv(name, value)


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^#?([A-Z][A-Z_]+)=", example, flags=re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_file_shows_the_true_defaults() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^#([A-Z][A-Z_]+)=(.*)$", example, flags=re.MULTILINE))
    for name, value in shown.items():
        default = Settings.model_fields[name.lower()].default
        expected = "" if default is None else str(default).rstrip("/")
        assert value.lower() == expected.lower(), name


def test_good_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch)
    settings = load_settings()
    assert settings.allowed_user_ids == {1, 2}
    assert settings.admin_chat_id == -100
    assert settings.instagram_username == "me"
    assert settings.timezone == "UTC"


def test_settings_are_read_from_a_dot_env_file(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    assert load_settings().telegram_bot_token.get_secret_value() == "123:abc"


def test_everything_missing_is_named_at_once_with_what_to_do() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    text = str(refused.value)
    assert [line.split()[0] for line in text.splitlines()] == list(GOOD)
    assert "@BotFather" in text


def test_a_list_with_several_wrong_numbers_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, ALLOWED_USER_IDS="me,you")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "not-a-token"),
        ("ALLOWED_USER_IDS", "me"),
        ("ADMIN_CHAT_ID", "@admin"),
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "../../etc/passwd"),
        ("DATABASE_URL", "mysql://root:hunter2@here/db"),
        ("DATABASE_URL", "hunter2"),
        ("DATABASE_URL", "postgresql://u:hunter2@host"),
        ("INSTAGRAM_API_URL", "nowhere"),
        ("SWEEP_INTERVAL_SECONDS", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _set(monkeypatch, **{name: value})
    with pytest.raises(SettingsError, match=f"^{name} is wrong") as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_secrets_do_not_show_in_the_settings_own_text(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, DATABASE_URL="postgresql://u:hunter2@host/db")
    settings = load_settings()
    assert "hunter2" not in repr(settings)
    assert "123:abc" not in repr(settings)
    assert set(settings.secrets) == {
        "123:abc",
        "secret",
        "postgresql://u:hunter2@host/db",
        "hunter2",
    }
