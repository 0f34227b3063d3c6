"""Floor 2: what all pages share: static files, templates, languages, sentences and style."""
