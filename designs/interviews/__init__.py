"""A timed attempt at a scenario: its clock, the interviewer's answers, follow-up questions, and the automatic checks of
the result. PURE: imports no Django.
"""
