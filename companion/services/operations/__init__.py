"""Services for databases, keys, backups, migrations and health."""
