"""Values for starting, syncing, removing, restoring and checking sessions."""
