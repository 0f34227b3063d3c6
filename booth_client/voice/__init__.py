"""All that a citizen hears: the list of sentences, the sounds that say them, and how a page gets them."""
