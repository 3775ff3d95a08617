"""`pdev`: parse arguments, call a service, print its result as text or JSON."""
