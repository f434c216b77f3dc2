"""Lists of people from schools' files: read as a table whose columns are recognised. PURE."""
