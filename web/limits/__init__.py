"""What one visitor may use: how many requests, how much time, how many connections, how large a body."""
