"""The data for emails: choices, reminders, the daily email and failures."""
