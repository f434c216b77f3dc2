"""What whoever runs the site sees: the audit log, health, the format of log lines, metrics."""
