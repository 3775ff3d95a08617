"""The default store: the guide's files below the coordination root, changed under one lock."""
