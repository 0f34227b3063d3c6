"""The outbox: events for other systems, written in the same commit as the rows that they tell of."""
