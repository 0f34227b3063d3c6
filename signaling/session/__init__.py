"""A conversation: its numbered events, its media frames, its documents."""
