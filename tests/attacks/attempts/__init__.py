"""All attacks, each in a module of its own.

In each module, ``PLACES`` lists the kinds of portal to attack, and ``attack`` carries out the attack.
"""
