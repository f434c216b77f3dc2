"""People: users, guests and how a guest's work is claimed at sign-up."""
