"""The cheapest ways to break a design: the fewest losses, and the smallest growth of its traffic."""
