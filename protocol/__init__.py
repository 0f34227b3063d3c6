"""Floor 0: the words, states, messages and events that every room shares; pure values only."""
