"""The demo: the whole product on an embedded broker, with events and stories. Shell."""
