"""The London time zone, which all forms and pages use."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
