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

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is warned of


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
        expected = "" if default in (None, ()) else str(default).rstrip("/")
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
    (tmp_path / ".env").write_text("\r\n".join(lines), encoding="utf-8-sig")  # as of Windows
    assert load_settings().telegram_bot_token.get_secret_value() == "123:abc"
    lines[1] = "INSTAGRAM_PASSWORD='it's so"
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Line 2 of \.env is not understood"):
        load_settings()


def test_a_dot_env_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_bytes("TIMEZONE=Zürich".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"^The file \.env is not in UTF-8"):
        load_settings()

    def refused(*_: object, **__: object) -> None:  # root, who runs some tests, may read all
        raise PermissionError(13, "Permission denied", ".env")

    monkeypatch.setattr("builtins.open", refused)
    with pytest.raises(SettingsError, match=r"^\.env cannot be read"):
        load_settings()


def test_everything_missing_is_named_at_once_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    text = str(refused.value)
    *missing, last = text.splitlines()
    assert [line.split()[0] for line in missing] == list(GOOD)
    assert last == f"There is no .env in {tmp_path}: go to the folder where yours is."
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
        ("TELEGRAM_BOT_TOKEN", "123:a"),
        ("TELEGRAM_BOT_TOKEN", "123:abc/../hunter2"),
        ("INSTAGRAM_PASSWORD", "x"),
        ("SECRET_KEY", "x"),
        ("WEBHOOK_SECRET", "x"),
        ("WEBHOOK_SECRET", "a secret, hunter2"),
        ("INSTAGRAM_TOTP_SECRET", "x"),
        ("INSTAGRAM_TOTP_SECRET", "hunter2-018"),
        ("INSTAGRAM_PROXY", "u:hunter2@proxy.example.org:3128"),
        ("INSTAGRAM_PROXY", "proxy.example.org:3128"),
        ("INSTAGRAM_PROXY", "http://u:hunter2@proxy.example.org"),
        ("INSTAGRAM_PROXY", "http://u:hunter2@proxy.example.org:0"),
        ("INSTAGRAM_PROXY", "http://u:hunter2@proxy.example.org:99999"),
        ("INSTAGRAM_PROXY", "http://u:hunter2/x@proxy.example.org:3128"),
        ("INSTAGRAM_PROXY", "ftp://proxy.example.org:21"),
        ("INSTAGRAM_PROXY", "http://:3128"),
        ("TELEGRAM_API_URL", "http://api.telegram.org"),
        ("TELEGRAM_API_URL", "http://8.8.8.8:8081"),
        ("TELEGRAM_API_URL", "https://u:hunter2@bots.example.org"),
        ("INSTAGRAM_API_URL", "http://i.instagram.com"),
        ("TELEGRAM_LOCAL_MODE", "true"),
        ("WEBHOOK_URL", "http://bot.example.org/hook"),
        ("WEBHOOK_URL", "https://bot.example.org:8080/hook"),
        ("WEBHOOK_URL", "https://localhost/hook"),
        ("WEBHOOK_LISTEN", "127.0.0.1:8443"),
        ("WEBHOOK_LISTEN", "https://bot.example.org"),
        ("ALLOWED_USER_IDS", "1, -100123"),
        ("ALLOWED_USER_IDS", "0"),
        ("ALLOWED_USER_IDS", "777000"),
        ("ALLOWED_USER_IDS", "1087968824"),
        ("ALLOWED_USER_IDS", "11111111,22222222"),
        ("ADMIN_CHAT_ID", "0"),
        ("ADMIN_CHAT_ID", "123"),
        ("HEALTH_ADDRESS", "127.0.0.1"),
        ("HEALTH_ADDRESS", "127.0.0.1:0"),
        ("HEALTH_ADDRESS", "http://127.0.0.1:9464/"),
        ("HEALTH_ADDRESS", "http://127.0.0.1:9464"),
        ("MEDIA_URL", "gs://bucket"),
        ("MEDIA_URL", "s3://u:hunter2@bucket"),
        ("MEDIA_URL", "s3://"),
        ("AWS_ENDPOINT_URL", "http://8.8.8.8:9000"),
        ("AWS_ENDPOINT_URL", "https://u:hunter2@minio.example.org"),
        ("DATA_DIR", "/"),
        ("DATA_DIR", "/tmp"),  # noqa: S108 - refused
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _set(monkeypatch, **{name: value})
    with pytest.raises(SettingsError, match=f"^{name} is wrong") as refused:
        load_settings()
    assert len(str(refused.value).splitlines()) == 1
    assert "hunter2" not in str(refused.value)


def test_every_password_of_a_database_url_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, DATABASE_URL="postgresql://u:hunter2@localhost/db?sslpassword=k%23ypw")
    assert {"hunter2", "k#ypw"} <= set(load_settings().secrets)


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


@pytest.mark.parametrize(
    ("named", "values"),
    [
        ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "http://telegram-bot-api:8081"}),
        ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "http://192.168.1.5:8081"}),
        ("INSTAGRAM_API_URL", {"INSTAGRAM_API_URL": "http://10.0.0.7:80"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgresql://u:hunter2@db.example.org/db"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgresql://u:hunter2@db.ex.org/db?sslmode=disable"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgresql://u:hunter2@db/db?sslmode=prefer"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgresql+psycopg2://u:hunter2@10.0.0.5/db"}),
        ("INSTAGRAM_PASSWORD", {"INSTAGRAM_PASSWORD": "12345"}),
        ("SECRET_KEY", {"SECRET_KEY": "hunter2hunter2"}),
        ("WEBHOOK_SECRET", {"WEBHOOK_SECRET": "hunter2hunter2"}),
        (
            "WEBHOOK_LISTEN",
            {"WEBHOOK_LISTEN": EVERYWHERE, "WEBHOOK_URL": "https://bot.example.org/hook"},
        ),
        ("HEALTH_ADDRESS", {"HEALTH_ADDRESS": f"{EVERYWHERE}:9464"}),
        (
            "TELEGRAM_LOCAL_MODE",
            {"TELEGRAM_LOCAL_MODE": "true", "TELEGRAM_API_URL": "https://bots.example.org"},
        ),
        ("AWS_SESSION_TOKEN", {"MEDIA_URL": "s3://bucket", "AWS_SESSION_TOKEN": "hunter2"}),
        ("There is no setting BACKUPS_DIR: did you mean BACKUP_DIR?", {"BACKUPS_DIR": "hunter2"}),
    ],
)
def test_what_is_allowed_and_seldom_wise_is_warned_of_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, named: str, values: dict[str, str]
) -> None:
    _set(monkeypatch, **values)
    (sentence,) = load_settings().warnings()
    assert sentence.startswith(named) and sentence.endswith((".", "?"))
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "values",
    [
        {"TELEGRAM_API_URL": "http://127.0.0.1:8081", "TELEGRAM_LOCAL_MODE": "true"},
        {"DATABASE_URL": "postgresql://u:p@db.example.org/db?sslmode=verify-full"},
        {"DATABASE_URL": "postgresql://u:p@localhost/db"},
        {"DATABASE_URL": "postgresql://u:p@postgres/db?sslmode=disable"},
        {"DATABASE_URL": "postgresql:///db?host=/var/run/postgresql"},
        {"INSTAGRAM_PROXY": "http://user:pa%2Fss@proxy.example.org:3128"},
        {"INSTAGRAM_PROXY": "socks5h://[2001:db8::1]:1080"},
        {"INSTAGRAM_TOTP_SECRET": "jbsw y3dp ehpk 3pxp"},
        {"WEBHOOK_URL": "https://bot.example.org:8443/hook", "WEBHOOK_LISTEN": "::1"},
        {"WEBHOOK_LISTEN": EVERYWHERE},
        {"HEALTH_ADDRESS": "9464"},
        {"HEALTH_ADDRESS": "[::1]:9464"},
        {"TELEGRAM_API_ID": "1", "TELEGRAM_API_HASH": "2", "LOG_LEVEL": "info"},
    ],
)
def test_what_is_meant_well_is_neither_refused_nor_warned_of(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str]
) -> None:
    _set(monkeypatch, INSTAGRAM_PASSWORD="long enough", **values)
    assert list(load_settings().warnings()) == []
