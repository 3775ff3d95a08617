"""Values for starting, removing, restoring, recovering and checking sessions."""
