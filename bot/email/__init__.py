"""E-mail: out only, for people who have an e-mail address and no chat."""
