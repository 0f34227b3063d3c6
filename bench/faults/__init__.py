"""What kills, cut lines, wrong clocks and full disks cost the people at the window, measured over real processes."""
