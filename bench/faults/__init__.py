"""Measure the cost of kills, cut lines, wrong clocks and full disks for people, over real processes."""
