"""Data about emails: people's preferences, reminders, the daily email and failed deliveries."""
