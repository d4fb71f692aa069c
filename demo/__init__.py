"""The synthetic county: households, departments' files with dirt in them, and the truth planted there."""
