"""Telling the user of news: in the dashboard, on the desktop, by bell, and in a list."""
