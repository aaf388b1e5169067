"""London time, in which everything is agreed and shown."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
