"""Designs in the languages of other tools: one module a format, listed in `registry.FORMATS`. PURE: imports no Django.

Writing takes a checked Document and never fails because of names that people chose. Reading takes untrusted text and
returns a document that is valid as a whole, or raises ImportFailedError with the place.
"""
