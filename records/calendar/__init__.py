"""When somebody answers: opening hours and callback times, as pure functions."""
