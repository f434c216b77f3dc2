"""A design as one typed JSON document: its schema, its checks, and the merge patches that change it.

Start at `schema.Document`. Plain dicts are the truth (they are what is stored and patched); the models are a typed,
checked view of them, so nothing a person typed is ever rewritten by being read.
"""
