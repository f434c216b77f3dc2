"""What every page is made with: rendering, the viewer, kept pages, live parts in texts, pictures, typography."""
