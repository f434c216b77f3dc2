"""What is done with an account: guests and their claims, exports and imports, removal."""
