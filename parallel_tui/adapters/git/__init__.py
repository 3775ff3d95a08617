"""git. Commands run through GitPython's stateless command object, and only here."""
