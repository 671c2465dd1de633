"""The migrations build what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from shared import migrations
from shared.db import database_url
from shared.models import Base


def test_the_schema_is_that_of_the_models(database: str) -> None:
    with create_engine(database_url()).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_changes_nothing(database: str) -> None:
    migrations.upgrade()
    migrations.upgrade()
