"""What `streamer demo` publishes: a month of ordinary events, the planted ones, and what must happen to those."""
