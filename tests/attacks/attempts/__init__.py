"""All attacks, each in a module of its own.

In each module, ``attack`` carries out the attack. ``PLACES`` lists the kinds of portal to attack.
"""
