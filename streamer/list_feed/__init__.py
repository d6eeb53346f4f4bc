"""Lists in motion: downloaded, guarded, published, followed by workers, archived. Shell."""
