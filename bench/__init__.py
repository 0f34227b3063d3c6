"""What we claim in numbers, and the commands that repeat it."""
