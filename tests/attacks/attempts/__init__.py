"""The attacks, one module each.

In each module, ``PLACES`` lists the kinds of portal to attack, and ``attack`` carries out the attack.
"""
