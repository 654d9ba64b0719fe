"""`heliograph doctor`: looks at a stage, and says what is wrong and what to do. One small function a check."""
