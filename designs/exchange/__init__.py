"""Designs in the languages of other tools: one module a format, listed in `registry.FORMATS`. PURE: imports no Django.

Writing takes a checked Document and never fails on what people called their things. Reading takes text from strangers
and answers with a document that is valid as a whole, or raises ImportFailedError with the place; nothing in between.
"""
