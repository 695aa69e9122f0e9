"""What merchants sell elsewhere and report monthly."""
