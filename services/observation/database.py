"""Observation's own tables, in a registry of their own."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.database import NAMING

TABLES = MetaData(naming_convention=NAMING)


class Row(SQLModel, registry=registry(metadata=TABLES)):
    """The base of observation's tables. `table=True` does not validate: build rows only from validated shapes."""

    metadata = TABLES
