"""How people sign in: with a password, through a provider, and what is counted and recorded of it."""
