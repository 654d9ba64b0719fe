"""What the service does, one module a verb. Each needs Protocols only and never learns that AWS exists."""
