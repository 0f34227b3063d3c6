"""Reference doubles of the systems behind the ports: they keep the contract, and break it when they are told to."""
