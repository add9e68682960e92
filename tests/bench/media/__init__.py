"""How long preparing media takes, beside other ways to do the same."""
