"""Speed and size, as ratios to a yardstick measured in the same run. `make bench` prints the table."""
