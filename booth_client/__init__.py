"""Floor 3: the citizen's side: pages for browsers, and a native booth that knows only the wire."""
