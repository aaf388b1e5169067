"""The time zone of London, in which all times are entered and shown."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
