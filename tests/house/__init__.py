"""Rules of this house that no tool checks."""
