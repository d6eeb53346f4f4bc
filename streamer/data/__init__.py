"""Tables that the code reads: facts with their sources, not logic."""
