"""Exact answers of queueing theory that simulations and the production scripts are held against."""
