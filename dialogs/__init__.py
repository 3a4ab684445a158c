"""The middle floor: what a person did, and what they get to see."""
