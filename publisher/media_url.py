"""Where media are kept: in a folder, or in S3 with a folder of copies."""

import logging
from pathlib import Path

from pydantic import SecretStr

from publisher.settings import PublisherSettings, SettingsError
from storage.files import MediaFiles
from storage.object_store import ObjectStore, S3Access, StoreTroubleError
from storage.remote_files import RemoteFiles
from storage.sentences import Sentence

log = logging.getLogger(__name__)


def media_files(settings: PublisherSettings) -> MediaFiles:
    """Where MEDIA_URL says, and tried once; a store that is away is waited for later. Blocks.

    Raises SettingsError if a person must act.
    """
    try:
        files = _media_files(settings)
    except StoreTroubleError as error:
        raise SettingsError(
            Sentence("MEDIA_URL cannot be used: {reason}.", reason=error.strerror)
        ) from None
    except OSError as error:
        raise SettingsError(_not_written(error)) from None
    try:
        files.check()
    except StoreTroubleError as error:
        if not error.is_transient:
            raise SettingsError(
                Sentence("MEDIA_URL cannot be used: {reason}.", reason=error.strerror)
            ) from None
        log.error("MEDIA_URL: %s; what needs media waits for it", error.strerror)
    except OSError as error:
        raise SettingsError(_not_written(error)) from None
    return files


def _media_files(settings: PublisherSettings) -> MediaFiles:
    """Raises StoreTroubleError, OSError."""
    url = settings.media_url
    if url is None or not settings.has_media_in_s3:
        return MediaFiles(settings.data_dir / "media" if url is None else Path(url))
    store = ObjectStore(url, _access(settings))
    cache = settings.data_dir / "media-cache"
    return RemoteFiles(store, cache, settings.media_cache_mb * 10**6)


def _access(settings: PublisherSettings) -> S3Access:
    endpoint = settings.aws_endpoint_url
    return S3Access(
        key=_revealed(settings.aws_access_key_id),
        secret=_revealed(settings.aws_secret_access_key),
        token=_revealed(settings.aws_session_token),
        profile=settings.aws_profile,
        region=settings.aws_default_region,
        endpoint=None if endpoint is None else str(endpoint).rstrip("/"),
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _not_written(error: OSError) -> str:
    return Sentence(
        "{file} cannot be written ({reason}). Check MEDIA_URL and DATA_DIR.",
        file=error.filename,
        reason=error.strerror,
    )
