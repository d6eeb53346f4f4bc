"""The Faust worker: agents, delivery, state, rescreening, metrics, web port. Shell."""
