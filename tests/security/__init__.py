"""What attackers try; docs/threat-model.md names these tests by threat."""
