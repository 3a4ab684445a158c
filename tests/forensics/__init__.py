"""The forensic test of anonymous inputs: what remains of who wrote them, once they are released."""
