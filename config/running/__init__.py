"""What a process of the site needs while it runs: its end, its memory, its reports, its stamps."""
