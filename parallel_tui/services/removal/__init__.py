"""End sessions: inspection, removal, cleanup of merged ones, prune."""
