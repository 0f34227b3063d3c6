"""Who may sign in: accounts, their logins, and booths."""
