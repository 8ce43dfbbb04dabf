"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON as PlainJson
from sqlalchemy import BigInteger, Date, DateTime, Dialect, Integer, MetaData, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer(), "sqlite")
OrderedJson = PlainJson(none_as_null=True)
"""JSON whose keys keep their order, as JSONB's do not: a story is read from its first key to its last."""
Json = PlainJson(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC: timestamptz on PostgreSQL, fixed-width ISO text (which sorts) on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the dialect."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive moment and write the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read the moment back as UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class Base(DeclarativeBase):
    """The common root of the tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment(), date: Date(), str: Text(), dict[str, Any]: Json, list[Any]: Json}  # noqa: RUF012


key = Annotated[int, mapped_column(Key)]
"""A bigint column (plain integer on SQLite, where that is the row id)."""

row_id = Annotated[int, mapped_column(Key, primary_key=True, autoincrement=True)]
"""A generated primary key."""

json = Annotated[Any, mapped_column(Json)]
"""Any JSON value."""
