"""The default store: the guide's files below the coordination root, under one guard."""
