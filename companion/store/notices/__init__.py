"""Store and load the data for emails: people's choices, reminders, the daily email, and emails that couldn't
be delivered.
"""
