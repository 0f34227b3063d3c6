"""What pages are told of the queue: tickets, places, seats."""
