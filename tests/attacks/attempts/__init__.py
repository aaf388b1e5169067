"""The attacks, one module each: ``PLACES`` says where it is tried, ``attack`` tries it and returns what was seen."""
