"""The attacks, a module each: ``PLACES`` says where it is tried, ``attack`` tries it and says what was seen."""
