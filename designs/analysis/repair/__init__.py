"""The cheapest change after which all requirements that must hold pass: remedies with levels, and an exact search over
them.
"""
