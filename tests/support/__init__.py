"""What tests share: engines, and the people who use the window."""
