"""Behaviour rules: what only the history of an account or a worker shows. Core."""
