"""What sessions share: locks, handoffs, events, tasks, conflict reports, the journal."""
