"""A town talking to the real program while everything around it fails."""
