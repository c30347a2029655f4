"""The ``/_control/`` endpoints: acting and seeing as people, the org behind the app's back, faults, logs."""
