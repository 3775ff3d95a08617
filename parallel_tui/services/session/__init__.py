"""Finding sessions, telling who asks, showing and closing their windows."""
