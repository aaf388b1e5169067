"""The London time zone for all forms and pages."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
