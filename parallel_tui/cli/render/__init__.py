"""How results look: tables, sentences, questions, and the JSON schema."""
