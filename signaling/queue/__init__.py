"""The queue as pages see it: tickets, places, seats."""
