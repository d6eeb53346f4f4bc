"""ISO 20022 messages as payment events. Core."""
