"""The database itself refuses to change the ledger: a row once written stays as it was."""

from django.db import migrations

TABLE = "ledger_entry"
SQLITE = f"""
CREATE TRIGGER {TABLE}_never_changes BEFORE UPDATE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
POSTGRES = f"""
CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER {TABLE}_never_changes BEFORE UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse();
"""


def guard(apps, schema_editor):
    """Deleting is stopped on PostgreSQL only: test runs empty SQLite tables row by row."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def unguard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_never_changes")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_never_changes ON {TABLE}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_refuse()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
