"""A timed attempt at a scenario: its clock, what the interviewer answers, what to ask next, and what a machine can say
about the result. PURE: imports no Django.
"""
