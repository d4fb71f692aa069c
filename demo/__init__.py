"""The synthetic county: households, dirty departmental files, and the truth planted there."""
