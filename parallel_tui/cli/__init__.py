"""`pdev`: arguments in, a service called, words or JSON out."""
