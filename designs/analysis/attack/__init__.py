"""What breaks a design most cheaply: the fewest losses, and the least growth of its traffic."""
