"""What every page shares: rendering of fragments, the viewer, headers, icons, charts. Knows no subject."""
