"""Participants' evaluations of the programme, and anonymous figures about the service."""
