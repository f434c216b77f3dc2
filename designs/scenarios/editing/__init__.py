"""A scenario as forms: the fields, the values that they show, and the file after somebody filled them in.

The YAML text remains the stored form. `parts` declares the fields, `filling` shows and reads them, `acting` adds,
removes and moves entries, `merging` merges the changes of two people, `beginnings` makes first texts, and `canvas`
writes a drawn design into the file. PURE: no Django.
"""
