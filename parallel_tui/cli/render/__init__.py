"""Output formats: tables, sentences, questions, and the JSON schema."""
