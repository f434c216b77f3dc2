"""Everything that writes designs, one subject in each module. Each function is one atomic change on both databases."""
