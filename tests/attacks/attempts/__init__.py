"""The attacks, one module each.

``PLACES`` lists the kinds of portal on which an attack is tried, and ``attack`` tries it and returns what was
seen.
"""
