"""The parts of the relay's measurement: both servers, one client for both, and the people who talk."""
