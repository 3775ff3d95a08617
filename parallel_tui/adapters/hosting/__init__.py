"""The service that hosts the repository, asked through the programs that people sign in with."""
