"""What every form and save needs: one answer for a form sent twice, the check of its origin, text fit to be stored."""
