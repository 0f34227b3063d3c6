"""Floor 4: puts the rooms together and speaks to operators on the command line."""

VERSION = "0.1.0"
