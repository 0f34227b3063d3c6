"""Which pages, seats and booths are here; what happens when one is gone."""
