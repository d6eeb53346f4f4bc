"""Small files that the examples of `--help` name; `streamer examples` writes them."""
