"""The contracts between services: every event, its owner and its readers (`docs/events.md` is made from here)."""
