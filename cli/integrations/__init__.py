"""`heliograph integrations`: providers of a project, over the API."""
