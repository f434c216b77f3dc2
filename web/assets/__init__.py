"""Static files as browsers get them: joined modules and names that change with the content."""
