"""A scenario as forms: which fields there are, what they show of a file, and the file after somebody filled them in.

The YAML stays what is kept. `parts` declares the fields, `filling` shows and reads them, `acting` adds, removes and
moves entries, `merging` joins what two people changed, `beginnings` makes first texts, and `canvas` puts a design that
was drawn into the file. PURE: no Django.
"""
