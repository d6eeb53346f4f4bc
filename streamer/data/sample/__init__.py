"""The shipped sample watchlist: for demonstrations and tests, never for production."""
