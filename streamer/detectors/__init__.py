"""One event in, findings out: one file for each detector. Core."""
