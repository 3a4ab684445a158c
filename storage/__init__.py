"""The lowest floor: tables, rules and queries, one module per concept."""

from sqlmodel import SQLModel

#: Every constraint has a name that follows from its columns, so that a later migration can find it on any database.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
