"""Units, quantities, sheets, worked steps, uncertainty. PURE: imports no Django."""
