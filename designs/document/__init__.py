"""A design as one typed JSON document: its schema, its checks, and the merge patches that change it.

Start at `schema.Document`. Plain dicts are stored and patched; the models are a typed, checked view of them, so reading
never changes what a person typed.
"""
