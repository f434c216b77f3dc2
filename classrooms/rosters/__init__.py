"""Lists of people from the files that schools have: read as a table, and told which column is what. PURE."""
