"""Speed beside a reference of the same run. Never a timed test: `./bangfu bench` prints, it does not assert."""
