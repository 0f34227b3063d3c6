"""Floor 3: the pages of agents and supervisors: sign-in, seat console, wallboard, records."""
