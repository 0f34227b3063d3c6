"""Floor 2: the ledger. What there is (catalogue), what happened (from the queue's journal alone), and the papers."""
