"""Databases, keys, backups, migrations, health."""
