"""Microsoft Teams and the Bot Framework Emulator: the only package that imports botbuilder."""
