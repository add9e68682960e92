"""What all tables go by: how constraints are named, and columns typed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Enum, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def enum_of(enum: Any, name: str) -> Enum:
    """Text that takes only this enum's values; a native type would be hard to grow."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


FETCHED = {"eager_defaults": True}
"""Whatever Postgres itself fills in comes back with the write, and need not be asked for."""


class Base(DeclarativeBase):
    __mapper_args__ = FETCHED
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        datetime: TIMESTAMP(timezone=True),
        str: Text,
        int: BigInteger,
        dict[str, Any]: JSONB,
    }
