"""What there is: reads, checks, imports and searches the catalogue."""
