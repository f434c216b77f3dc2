"""What if: which value of an input breaks a requirement, two inputs at once, and how it stands in plausible worlds."""
