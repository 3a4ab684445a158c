"""Alembic's entry for the anonymous inputs: runs on the connection it is handed."""

from alembic import context

from storage.migrating import run
from storage.tables import INPUTS

run(context, INPUTS)
