"""The attacks, one module each.

``PLACES`` lists the kinds of portal on which an attack is tried, and ``attack`` carries it out and returns
the result.
"""
