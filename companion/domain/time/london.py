"""The clocks of London, by which everything is agreed and shown."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
