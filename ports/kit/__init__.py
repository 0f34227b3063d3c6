"""The kit of all ports: signed messages, bounded calls, a breaker, and calls that outlive the process."""
