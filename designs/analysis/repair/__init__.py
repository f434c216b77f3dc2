"""The cheapest change that makes a design keep what it must: remedies with levels, and an exact search over them."""
