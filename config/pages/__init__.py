"""What the project's own pages show: home, statements, sitemaps, and what search finds besides topics."""
