"""Documents: uploaded, judged by content, sealed at rest, removed when their time is over."""
