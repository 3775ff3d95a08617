"""Forms and questions, each a modal screen with a typed result."""
