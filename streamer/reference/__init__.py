"""Shared vocabulary: how texts, identifiers, countries and places are written. Core; knows no list and no policy."""
