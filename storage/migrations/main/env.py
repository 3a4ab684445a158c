"""Alembic's entry for the main database: runs on the connection it is handed."""

from alembic import context

from storage.migrating import run
from storage.tables import MAIN

run(context, MAIN)
