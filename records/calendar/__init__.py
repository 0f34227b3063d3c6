"""Opening hours and callback times, as pure functions."""
