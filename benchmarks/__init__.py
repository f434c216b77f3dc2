"""How fast and how small, as ratios against a yardstick measured in the same run. `make bench` prints the table."""
