"""Databases' addresses as SQLAlchemy takes them, to be changed a bit or connected to directly."""

from sqlalchemy import URL, make_url


def normalised(url: str) -> URL:
    """With psycopg2 as the driver: SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg2")
