"""What-if questions: the value of an input that breaks a requirement, two inputs at once, and the share of plausible
worlds that pass.
"""
