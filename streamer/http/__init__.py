"""The door for those who have no Kafka: one event in, its decision out, by the core that the worker calls."""
