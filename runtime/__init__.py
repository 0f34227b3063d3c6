"""Floor 1: settings, log, clock, Redis pool, security and other things every program needs."""
