"""The attacks, one module each.

``PLACES`` lists the kinds of portal to attack, and ``attack`` carries out the attack.
"""
