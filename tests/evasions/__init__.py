"""Attempts to pay a listed party unseen, generated: a listed thing, a field, a disguise; and the clean twin of each."""
