"""The attacks, one module each.

``PLACES`` lists the kinds of portal on which an attack is tried. ``attack`` carries out the attack and
returns the result.
"""
